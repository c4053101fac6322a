// Every page in every language: hydrates in silence, answers a click, works without scripts.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { LATER } from '../later.mjs';
import { MADE, make } from '../made.mjs';
import { LANGUAGES, expect, openHydrated, test } from './world';

const routes: string[] = JSON.parse(readFileSync(new URL('../routes.json', import.meta.url), 'utf8'));

test.describe.configure({ mode: 'parallel' });

/** The page at this address hydrates, and a click is answered without loading anew. */
async function answersAClick(page: Page, address: string) {
    await openHydrated(page, address);
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    const link = page.locator('.site-header nav a:not([aria-current])').first();
    const to = await link.getAttribute('href');
    await link.click();
    await expect(page).toHaveURL(new RegExp(`${to}$`));
    await expect(page.locator('h1')).toBeFocused();
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
}

for (const [at, route] of routes.entries()) {
    const language = LANGUAGES[at % LANGUAGES.length];
    test(`/${language}${route} hydrates in silence and answers a click`, async ({ page }) => {
        await answersAClick(page, `/${language}${route}`);
    });
}

for (const name of Object.keys(MADE)) {
    test(`${name}, which a browser has made, hydrates in silence and answers a click`, async ({ page, madeIn }) => {
        // The first of them waits for everything that is made.
        test.setTimeout(120_000);
        for (const language of LANGUAGES) {
            const { addresses, storageState } = await madeIn(language);
            await page.context().clearCookies();
            await page.context().addCookies(storageState.cookies);
            await test.step(language, () => answersAClick(page, addresses[name]));
        }
    });
}

for (const name of Object.keys(LATER) as (keyof typeof LATER)[]) {
    test(`${name}, which time has made, hydrates in silence and answers a click`, async ({ page, later }) => {
        await page.context().addCookies(later.cookies);
        for (const language of LANGUAGES) {
            await test.step(language, () => answersAClick(page, `${later.url}/${language}${later.addresses[name]}`));
        }
    });
}

test('every page that there is stands in a list', async ({ page, later }) => {
    const pages: string[] = JSON.parse(readFileSync(new URL('../pages.json', import.meta.url), 'utf8'));
    const patterns = pages.map((rest) => `^${rest && `/${rest}`.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const addresses = await make(page, 'en');
    expect(Object.keys(addresses)).toEqual(Object.keys(MADE));
    expect(Object.keys(later.addresses)).toEqual(Object.keys(LATER));
    const made = Object.values(addresses).map((address) => address.slice('/en'.length));
    const listed = [...routes, ...made, ...Object.values(later.addresses)].map((address) => address.split('?')[0]);
    expect(patterns.filter((pattern) => !listed.some((address) => new RegExp(pattern).test(address)))).toEqual([]);
});

for (const language of LANGUAGES) {
    test(`home hydrates and leads to the list without loading anew (${language})`, async ({ page }) => {
        await openHydrated(page, `/${language}`);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
        await page.locator('main a[href$="/discover"]').first().click();
        await expect(page).toHaveURL(new RegExp(`/${language}/discover$`));
        await expect(page.locator('article').first()).toBeVisible();
        expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
    });
}

test('list hydrates and keeps its filters in the address', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await page.getByLabel('Search campaigns').fill('pain');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await expect(page).toHaveURL(/q=pain/);
    await expect(page.locator('article')).toHaveCount(1);
    await expect(page.getByText('Vélo-cargo de nuit')).toBeVisible();
});

test('a list is filtered where it stands, and its address says the same', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    const all = await page.locator('article').count();
    await page.getByLabel('Topic').focus();
    await page.getByLabel('Topic').selectOption({ label: 'Heat' });
    await expect(page).toHaveURL(/\/en\/discover\?topic=heat$/);
    await expect(page.locator('article')).toHaveCount(2);
    await expect(page.getByLabel('Topic'), 'the reader stays where they chose').toBeFocused();
    await expect(page.locator('[data-says]')).toHaveText('2 campaigns');
    await page.locator('select[name=language]').selectOption('de');
    await expect(page).toHaveURL(/\/en\/discover\?topic=heat&language=de$/);
    await page.goBack();
    await expect(page.locator('select[name=language]')).toHaveValue('');
    await page.goBack();
    await expect(page).toHaveURL(/\/en\/discover$/);
    await expect(page.getByLabel('Topic')).toHaveValue('');
    await expect(page.locator('article')).toHaveCount(all);
    await page.getByLabel('Search campaigns').pressSequentially('pain', { delay: 80 });
    await expect(page).toHaveURL(/\/en\/discover\?q=pain$/);
    await expect(page.locator('article')).toHaveCount(1);
    await expect(page.locator('#suggestions option[value*="Vélo-cargo"]')).toHaveCount(1);
    await page.getByRole('link', { name: 'Français' }).first().evaluate((link: HTMLAnchorElement) => link.href.includes('/fr/discover?q=pain') || Promise.reject(new Error(link.href)));
    await page.goBack();
    await expect(page, 'what was typed is one entry').toHaveURL(/\/en\/discover$/);
    await expect(page.getByLabel('Search campaigns')).toHaveValue('');
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
});

test('where nothing is found it says what to loosen', async ({ page }) => {
    await openHydrated(page, '/en/discover?q=pain&topic=heat');
    await expect(page.getByText('No match for')).toBeVisible();
    await page.getByRole('link', { name: 'Without “pain”: 2 campaigns' }).click();
    await expect(page).toHaveURL(/\/en\/discover\?topic=heat$/);
});

test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 } });

    test('filters are folded away behind their number', async ({ page }) => {
        await openHydrated(page, '/en/discover?topic=heat');
        await expect(page.getByLabel('Topic')).toBeHidden();
        await page.getByText('Filters (1)').click();
        await expect(page.getByLabel('Topic')).toBeVisible();
        await page.getByLabel('Place', { exact: true }).selectOption('Basel');
        await expect(page.getByText('Filters (2)')).toBeVisible();
        await expect(page.getByLabel('Topic'), 'they stay open').toBeVisible();
    });
});

test('a card leads to its campaign', async ({ page }) => {
    await openHydrated(page, '/de/discover');
    await page.getByRole('link', { name: 'Schattenplan Bahnhofplatz' }).click();
    await expect(page).toHaveURL(/\/de\/c\/schattenplan-bahnhofplatz$/);
    await expect(page.locator('h1')).toHaveText('Schattenplan Bahnhofplatz');
    await expect(page.getByText('noch 5 von 8')).toBeVisible();
    await openHydrated(page, '/fr/c/river-watch-kit');
    await expect(page.locator('h1')).toHaveAttribute('lang', 'en');
});

test('what somebody wrote in another language is marked and labelled', async ({ page }) => {
    await openHydrated(page, '/fr/c/river-watch-kit');
    await expect(page.getByText('Texte original : English')).toBeVisible();
    await expect(page.locator('.timeline__title').first()).toHaveAttribute('lang', 'en');
    await expect(page.getByText('Envoi : Suisse, Pays de l’UE')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Équipe' })).toBeVisible();
    await openHydrated(page, '/fr/c/river-watch-kit/pledge');
    await expect(page.locator('main .meta a').first().locator('[lang=en]')).toHaveText('River Watch Kit');
    await expect(page.locator('.reward-card__title', { hasText: 'Suisse' }).locator('[lang=en]')).toHaveText('A valley set');
    await expect(page.getByLabel(/A valley set.*Suisse/)).toHaveAccessibleDescription(/Ten boxes.*sur 14/);
    await openHydrated(page, '/en/c/river-watch-kit');
    await expect(page.getByText('Original:')).toHaveCount(0);
});

test('home shows who collects', async ({ page }) => {
    await openHydrated(page, '/en');
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Collecting', exact: true }) });
    await expect(section.getByRole('link', { name: 'La fontana che misura' })).toBeVisible();
});

test('a topic and a place have lists of their own', async ({ page }) => {
    await openHydrated(page, '/de/c/schattenplan-bahnhofplatz');
    await page.getByRole('link', { name: 'Hitze' }).click();
    await expect(page.locator('h1')).toHaveText('Kampagnen: Hitze');
    await expect(page.locator('article')).toHaveCount(2);
    await page.getByLabel('Ort', { exact: true }).selectOption('Basel');
    await expect(page).toHaveURL(/\/de\/topics\/heat\?place=Basel$/);
    await expect(page.locator('article')).toHaveCount(1);
    await page.getByRole('link', { name: 'Hitze entfernen' }).click();
    await expect(page).toHaveURL(/\/de\/discover\?place=Basel$/);
    await expect(page.getByLabel('Ort', { exact: true })).toHaveValue('Basel');
    expect((await page.goto('/de/topics/nonsense'))?.status()).toBe(404);
    expect((await page.goto('/de/places/Nirgends'))?.status()).toBe(404);
    expect((await page.goto('/fr/places/Val%20M%C3%BCstair'))?.status()).toBe(200);
    await expect(page.locator('article')).toHaveCount(1);
});

test('a topic is found by its name in the reader’s language', async ({ page }) => {
    await openHydrated(page, '/fr/discover?q=chaleur');
    await page.getByRole('link', { name: 'Campagnes : Chaleur' }).click();
    await expect(page).toHaveURL(/\/fr\/topics\/heat$/);
    await expect(page.locator('article')).toHaveCount(2);
});

test('a draft is nobody’s to see', async ({ page }) => {
    expect((await page.goto('/it/c/il-forno-a-specchi'))?.status()).toBe(404);
});

test('the kit of components hydrates', async ({ page }) => {
    await openHydrated(page, '/de/demo/kit');
    await expect(page.locator('h1')).toBeVisible();
});

test('theme is remembered', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await page.getByRole('button', { name: 'Dark' }).click();
    await expect(page).toHaveURL(/\/en\/discover$/);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.goto('/en/discover?q=pain&saved');
    await page.getByRole('button', { name: 'Light' }).click();
    await expect(page).toHaveURL(/\/en\/discover\?q=pain$/);
});

test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    for (const language of LANGUAGES) {
        test(`home shows campaigns and leads to the list (${language})`, async ({ page }) => {
            await page.goto(`/${language}`);
            await expect(page.locator('article').first()).toBeVisible();
            await page.locator('main a[href$="/discover"]').first().click();
            await expect(page.locator('article').first()).toBeVisible();
        });
    }

    test('search and language switch work', async ({ page }) => {
        await page.goto('/en/discover');
        await page.getByLabel('Search campaigns').fill('kühlen');
        await page.getByRole('button', { name: 'Search', exact: true }).click();
        await expect(page, 'what was left empty is not said').toHaveURL(/\/en\/discover\?q=k%C3%BChlen$/);
        await expect(page.locator('article')).toHaveCount(1);
        await page.getByRole('link', { name: 'Français' }).first().click();
        await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
        const asked = new URL(page.url());
        expect(asked.pathname).toBe('/fr/discover');
        expect(asked.searchParams.get('q')).toBe('kühlen');
        await expect(page.locator('article')).toHaveCount(1);
        await page.goto('/');
        await expect(page, 'the way in remembers').toHaveURL(/\/fr$/);
    });

    test('what is not there says so with its status', async ({ page }) => {
        const answer = await page.goto('/it/nothing-here');
        expect(answer?.status()).toBe(404);
        await expect(page.locator('h1')).toBeVisible();
        expect((await page.goto('/es'))?.status(), 'not one of our languages').toBe(404);
    });
});

test('a campaign’s ledger is recomputed in the browser', async ({ page }) => {
    await openHydrated(page, '/en/c/river-watch-kit/backers');
    await expect(page.locator('.backers li').first()).toBeVisible();
    await page.getByRole('link', { name: 'Ledger' }).click();
    await expect(page).toHaveTitle('Ledger of River Watch Kit – Multitude');
    await expect(page.locator('.ledger-table tbody tr').first()).toBeVisible();
    await expect(page.locator('.ledger-table__hash').first()).toBeHidden();
    await page.getByText('How this can be checked').click();
    await expect(page.locator('.ledger-table__hash').first()).toBeVisible();
    await page.getByRole('button', { name: 'Check here' }).click();
    await expect(page.getByText(/\d+ entries recomputed: all are what was sealed/)).toBeVisible();
});

test('a ledger of many parts is recomputed whole, and shows its newest lines', async ({ page }) => {
    let asked = 0;
    await page.route('**/api/v1/campaigns/schattenplan-bahnhofplatz/ledger*', (route) => {
        asked += 1;
        return route.continue({ url: `${route.request().url()}&limit=100` });
    });
    const books = await (await page.request.get('/api/v1/campaigns/schattenplan-bahnhofplatz/ledger')).json();
    const { length } = books.records;
    expect(length).toBeGreaterThan(200);
    await openHydrated(page, '/en/c/schattenplan-bahnhofplatz/ledger');
    await expect(page.locator('.ledger-table tbody tr').first()).toContainText(books.records.at(-1).hash.slice(0, 12));
    await expect(page.locator('.ledger-table tbody tr')).toHaveCount(50);
    await page.getByText('How this can be checked').click();
    await expect(page.getByText(books.block.hash)).toBeVisible();
    await page.getByRole('button', { name: 'Check here' }).click();
    await expect(page.getByText(`${length} entries recomputed: all are what was sealed`)).toBeVisible();
    expect(asked).toBe(Math.ceil(length / 100));
});

test('a broken line of a ledger is named in the reader’s language and marked', async ({ page }) => {
    await page.route('**/api/v1/campaigns/river-watch-kit/ledger*', async (route) => {
        const book = await (await route.fetch()).json();
        book.records.at(-1).entries[0][1] += 1;
        await route.fulfill({ json: book });
    });
    // A world that has just begun seals its entries within seconds.
    const books = '/api/v1/campaigns/river-watch-kit/ledger?';
    await expect.poll(async () => (await (await page.request.get(books)).json()).unsealed).toBe(0);
    await openHydrated(page, '/fr/c/river-watch-kit/ledger');
    await page.getByText('Comment le vérifier').click();
    await page.getByRole('button', { name: 'Vérifier ici' }).click();
    await expect(page.getByText(/^L’écriture [\d\s]+ n’est pas celle qui a été scellée\.$/)).toBeVisible();
    await expect(page.locator('tr[data-state=broken]')).toHaveCount(1);
    await expect(page.locator('.ledger-table tbody tr').first()).toHaveAttribute('data-state', 'broken');
});

test('plain pages are linked and hydrate', async ({ page }) => {
    await openHydrated(page, '/de');
    for (const name of ['So funktioniert es', 'Gebühren', 'Warum du den Zahlen trauen kannst']) {
        await page.getByRole('contentinfo').getByRole('link', { name }).click();
        await expect(page.locator('h1')).toHaveText(name);
    }
});

test('no link leads to a page that does not exist', async ({ page, request }) => {
    test.setTimeout(120_000);
    const found = new Map<string, string>();
    for (const language of LANGUAGES) {
        for (const route of routes.filter((one) => one !== '/nothing-here')) {
            await page.goto(`/${language}${route}`);
            const here = new URL(page.url()).origin;
            const links = await page.locator('a[href]').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
            for (const link of links.filter((one) => one.startsWith(here))) found.set(link.split('#')[0], route);
        }
    }
    expect(found.size).toBeGreaterThan(100);
    const broken: string[] = [];
    const asked = [...found];
    for (let n = 0; n < asked.length; n += 16) {
        const answers = asked.slice(n, n + 16).map(async ([link, from]) => {
            const status = (await request.get(link)).status();
            // Whoever is not signed in is told so.
            if (status >= 400 && !(status === 403 && link.includes('/account/'))) broken.push(`${from}: ${link} ${status}`);
        });
        await Promise.all(answers);
    }
    expect(broken).toEqual([]);
});
