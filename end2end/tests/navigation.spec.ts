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
