// A campaign's frame: what stays while its parts are read, and the way to a pledge from everywhere in it.
import type { Page } from '@playwright/test';
import { expect, openHydrated, test } from './world';

const CAMPAIGN = '/de/c/river-watch-kit';
const PARTS = ['updates', 'questions', 'backers', 'ledger'];

/** How far from the top of what is seen something begins and ends. */
async function place(page: Page, selector: string) {
    return page.locator(selector).evaluate((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return { top, bottom, height: innerHeight };
    });
}

test('only the part changes, where the reader is', async ({ page }) => {
    await openHydrated(page, CAMPAIGN);
    await page.evaluate(() => document.querySelectorAll('[data-kept]').forEach((one) => ((one as unknown as { mark: boolean }).mark = true)));
    await page.locator('.tabs').scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollTo(0, 300));
    for (const part of PARTS) {
        await page.locator(`.tabs a[href$="/${part}"]`).click();
        await expect(page).toHaveURL(new RegExp(`/${part}$`));
        await expect(page.locator('.campaign-frame__part-title')).toBeFocused();
        expect(await page.evaluate(() => scrollY)).toBe(300);
        const marks = await page.locator('[data-kept]').evaluateAll((all) => all.map((one) => (one as unknown as { mark?: boolean }).mark));
        expect(marks).toEqual([true, true, true]);
        await expect(page.locator('.tabs a[aria-current=page]')).toHaveAttribute('href', `${CAMPAIGN}/${part}`);
    }
    await page.goBack();
    await expect(page).toHaveURL(/\/backers$/);
    await page.getByRole('link', { name: 'Entdecken' }).first().click();
    await expect(page.locator('h1')).toBeFocused();
    expect(await page.evaluate(() => scrollY), 'another page begins at its top').toBe(0);
});

test('the next page of a part is read from its beginning', async ({ page }) => {
    await openHydrated(page, '/de/c/schattenplan-bahnhofplatz/backers');
    await page.locator('.pagination a').last().click();
    await expect(page).toHaveURL(/cursor=/);
    await expect(page.locator('.campaign-frame__part-title')).toBeFocused();
    await expect(page.locator('.campaign-frame__part-title')).toBeInViewport();
});

test('what is kept goes on moving', async ({ page }) => {
    await openHydrated(page, CAMPAIGN);
    await page.locator('.tabs a[href$="/questions"]').click();
    await expect(page.locator('.campaign-frame__part-title')).toBeFocused();
    const sum = page.locator('.campaign-page__sum');
    const before = await sum.textContent();
    const placed = await page.request.post('/api/v1/campaigns/river-watch-kit/pledges', {
        headers: { 'idempotency-key': 'kept-moves' },
        data: { amount_minor: 4_700, currency: 'CHF', email: 'noch@example.ch', payment: { method: 'card', token: 'ok' } },
    });
    expect(placed.status()).toBe(201);
    await expect(sum).not.toHaveText(before ?? '');
});

for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled });

        test('on a phone the way to a pledge is at the end of the screen, wherever one reads', async ({ page }) => {
            await page.setViewportSize({ width: 390, height: 844 });
            for (const part of ['', '/ledger']) {
                await page.goto(`${CAMPAIGN}${part}`);
                const pledge = page.locator('.campaign-bar a');
                await expect(pledge).toBeInViewport({ ratio: 1 });
                await expect(page.locator('.campaign-frame__pledge')).toBeHidden();
                await page.locator('.site-footer a').last().scrollIntoViewIfNeeded();
                await page.locator('.campaign-frame__part').scrollIntoViewIfNeeded();
                await expect(pledge).toBeInViewport({ ratio: 1 });
            }
        });
    });
}

test('on a phone nothing that has the focus is under the bar', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openHydrated(page, CAMPAIGN);
    const links = await page.locator('main a').count();
    for (let n = 0; n < links + 12; n += 1) {
        await page.keyboard.press('Tab');
        const covered = await page.evaluate(() => {
            const [one, bar] = [document.activeElement, document.querySelector('.campaign-bar')];
            if (!one || !bar || bar.contains(one) || !one.closest('main')) return false;
            const [ours, its] = [one.getBoundingClientRect(), bar.getBoundingClientRect()];
            return ours.bottom > its.top + 1 && ours.top < its.bottom;
        });
        expect(covered, `after ${n} tabs`).toBe(false);
    }
});

test('on a wide screen the column stays', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await openHydrated(page, CAMPAIGN);
    await expect(page.locator('.campaign-bar')).toBeHidden();
    await page.getByRole('heading', { name: 'Was wir zeigen werden' }).scrollIntoViewIfNeeded();
    const { top, bottom, height } = await place(page, '.campaign-frame__pledge');
    expect(top).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(height);
});

test('tabs are one row that scrolls', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await openHydrated(page, CAMPAIGN);
    const tops = await page.locator('.tabs__link').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    await page.locator('.tabs__link').last().focus();
    await expect(page.locator('.tabs__link').last()).toBeInViewport({ ratio: 1 });
});

test('who adds what is said before somebody pledges, and at the amount', async ({ page }) => {
    await openHydrated(page, CAMPAIGN);
    const offer = page.locator('.match-offer');
    await expect(offer).toContainText('Talwerk AG legt auf je CHF 1 noch CHF 1 dazu.');
    await openHydrated(page, '/de/c/river-watch-kit/pledge');
    await page.locator('#field-amount').fill('90');
    await expect(page.locator('.checkout__pays')).toContainText('Daraus werden CHF 180.00.');
    await page.goto('/de/c/batterie-de-palier');
    await expect(offer).toHaveCount(0);
});

test('a pool’s page says its rule, where its money is, and why each match was so much', async ({ page }) => {
    await page.goto(CAMPAIGN);
    await page.locator('.match-offer a').click();
    await expect(page.locator('h1')).toHaveText('Warn the Valley');
    await expect(page.locator('.key-figures')).toContainText('eingezahlt');
    await expect(page.locator('table').first()).toContainText('River Watch Kit');
    await expect(page.locator('table').last()).toContainText('Eine Zusage über CHF');
    expect((await page.goto('/de/pools/nothing'))?.status()).toBe(404);
    expect((await page.goto('/de/pools/01a22e83-f57b-7000-9cd5-f29a39c1c111'))?.status()).toBe(404);
});

test('what is chosen stands beside the form as it is filled in', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await openHydrated(page, '/en/c/schattenplan-bahnhofplatz/pledge');
    const beside = page.locator('.checkout-screen__beside');
    await page.locator('.reward-card label').first().click();
    const title = (await page.locator('.reward-card__title').first().textContent())?.trim() ?? '';
    await expect(beside.locator('[data-chosen]')).toHaveText(title);
    const amount = page.getByLabel('Amount in CHF');
    await amount.fill('85.50');
    await expect(beside.locator('dd [data-total]')).toHaveText('CHF 85.50');
    await amount.fill('sixty');
    await page.keyboard.press('Tab');
    await expect(page.locator('#field-amount-error'), 'it is read when it is left').toBeVisible();
    await amount.fill('700');
    await page.keyboard.press('Tab');
    await expect(page.locator('#field-amount-error')).toHaveCount(0);
    await page.getByText('Add something').click();
    await page.getByRole('button', { name: 'One more: How many rewards' }).click();
    await expect(page.getByRole('textbox', { name: 'How many rewards' })).toHaveValue('2');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveURL(/pledge\/you$/);
    await expect(beside.locator('dd [data-total]')).toHaveText('CHF 700.00');
});

test('on a phone it is folded away behind its total', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openHydrated(page, '/en/c/schattenplan-bahnhofplatz/pledge');
    const beside = page.locator('.checkout-screen__beside');
    await expect(beside.locator('.checkout-screen__summary')).toBeHidden();
    await page.getByLabel('Amount in CHF').fill('40');
    await expect(beside.locator('label [data-total]')).toHaveText('CHF 40.00');
    await beside.locator('label').click();
    await expect(beside.locator('.checkout-screen__summary')).toBeVisible();
});
