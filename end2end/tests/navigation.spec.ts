// Moving on without loading anew: what a reader and the browser's buttons expect of it.
import type { Page } from '@playwright/test';
import { expect, openHydrated, test } from './world';

type Kept = { kept?: boolean };

async function keep(page: Page) {
    await page.evaluate(() => ((window as unknown as Kept).kept = true));
}

async function isKept(page: Page) {
    return (await page.evaluate(() => (window as unknown as Kept).kept)) === true;
}

test('the new page has its title, its twins, its place in the menu, and the focus', async ({ page }) => {
    await openHydrated(page, '/en');
    await keep(page);
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page).toHaveURL(/\/en\/discover$/);
    await expect(page).toHaveTitle('Discover – Multitude');
    await expect(page.locator('head title')).toHaveCount(1);
    await expect(page.locator('link[rel=alternate][hreflang=fr]')).toHaveAttribute('href', /\/fr\/discover$/);
    await expect(page.locator('link[rel=alternate]')).toHaveCount(4);
    await expect(page.locator('nav a[aria-current=page]').first()).toHaveText('Discover');
    await expect(page.locator('h1')).toBeFocused();
    expect(await isKept(page)).toBe(true);
});

test('back and forward lead to the pages and to the places that were left', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await keep(page);
    const last = page.locator('article a').last();
    await last.scrollIntoViewIfNeeded();
    const down = await page.evaluate(() => window.scrollY);
    expect(down).toBeGreaterThan(200);
    await last.click();
    await expect(page).toHaveURL(/\/en\/c\//);
    const campaign = page.url();
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    await page.goBack();
    await expect(page.locator('h1')).toHaveText('Discover');
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(down);
    await page.goForward();
    await expect(page).toHaveURL(campaign);
    await expect(page.locator('.campaign-page__pitch')).toBeVisible();
    expect(await isKept(page)).toBe(true);
});

test('forward before the page before has come stays where the address says', async ({ page }) => {
    await openHydrated(page, '/en');
    await keep(page);
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page.locator('h1')).toHaveText('Discover');
    let answered = false;
    await page.route('**/en', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await route.continue().catch(() => undefined);
        answered = true;
    });
    await page.evaluate(() => history.back());
    await expect(page).toHaveURL(/\/en$/);
    await expect(page.locator('html')).toHaveAttribute('data-waiting', '');
    await page.evaluate(() => history.forward());
    await expect(page).toHaveURL(/\/en\/discover$/);
    await expect(page.locator('html')).not.toHaveAttribute('data-waiting');
    await expect.poll(() => answered).toBe(true);
    await page.waitForTimeout(500);
    await expect(page.locator('h1')).toHaveText('Discover');
    expect(await isKept(page)).toBe(true);
});

test('after a reload the way back still leads to the pages before', async ({ page }) => {
    await openHydrated(page, '/en');
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page.locator('h1')).toHaveText('Discover');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
    expect(await page.evaluate(() => history.state)).toBe(1);
    await page.getByRole('link', { name: 'How it works' }).click();
    await expect(page.locator('h1')).toHaveText('How it works');
    expect(await page.evaluate(() => history.state)).toBe(2);
    await page.goBack();
    await expect(page.locator('h1')).toHaveText('Discover');
    await page.goBack();
    await expect(page).toHaveURL(/\/en$/);
    await expect(page.locator('.home')).toBeVisible();
});

test('back from the place that an error names leads to the summary', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await page.getByRole('link', { name: 'River Watch Kit' }).click();
    await page.getByRole('link', { name: 'Pledge', exact: true }).first().click();
    await page.setViewportSize({ width: 320, height: 480 });
    await page.getByLabel('Amount in CHF').fill('nonsense');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
    const up = await page.evaluate(() => window.scrollY);
    await page.locator('.error-summary a').click();
    await expect(page.getByLabel('Amount in CHF')).toBeInViewport();
    const down = await page.evaluate(() => window.scrollY);
    expect(down).toBeGreaterThan(up + 100);
    await page.goBack();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(up);
    await page.goForward();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(down);
});

test('one island that fails keeps no other from answering', async ({ page }) => {
    const warned: string[] = [];
    const address = '/en/c/batterie-de-palier/pledge';
    await page.route(`**${address}`, async (route) => {
        const html = await (await route.fetch()).text();
        await route.fulfill({ contentType: 'text/html', body: html.replace('<main', '<leptos-island data-component="Nothing"></leptos-island><main') });
    });
    // What it says of itself is expected here.
    await page.addInitScript(() => (console.warn = (what: unknown) => ((window as unknown as { warned: string }).warned = String(what))));
    await openHydrated(page, address);
    warned.push(await page.evaluate(() => (window as unknown as { warned: string }).warned));
    expect(warned[0]).toContain('TypeError');
    await page.getByLabel('Amount in CHF').fill('nonsense');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
});

test('islands of the next page answer', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await keep(page);
    await page.getByRole('link', { name: 'Batterie de palier' }).click();
    await page.getByRole('link', { name: 'Pledge', exact: true }).first().click();
    await page.getByLabel('Amount in CHF').fill('nonsense');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await expect(page).toHaveTitle(/^Error: .* – Multitude$/);
    await expect(page.getByLabel('Amount in CHF')).toHaveValue('nonsense');
    expect(await isKept(page)).toBe(true);
});

test('what is not a page is left to the browser', async ({ page }) => {
    await openHydrated(page, '/en/discover');
    await keep(page);
    await page.getByRole('link', { name: 'Deutsch' }).first().click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    expect(await isKept(page), 'another language is another document').toBe(false);
});

test('a page that is not there says so in place', async ({ page }) => {
    await openHydrated(page, '/en');
    await page.evaluate(() => {
        const link = document.createElement('a');
        link.href = '/en/c/nothing-here';
        link.textContent = 'nowhere';
        document.querySelector('main')?.append(link);
    });
    await page.getByRole('link', { name: 'nowhere' }).click();
    await expect(page).toHaveURL(/nothing-here$/);
    await expect(page.locator('h1')).toHaveText('There is nothing at this address');
});

test('what is no answer of this build’s is asked for again by the browser itself', async ({ page }) => {
    await openHydrated(page, '/en');
    await page.route('**/en/discover', (route) => (route.request().isNavigationRequest() ? route.continue() : route.fulfill({ contentType: 'text/html', body: 'a proxy’s page' })));
    await keep(page);
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page.locator('h1')).toHaveText('Discover');
    expect(await isKept(page)).toBe(false);
});
