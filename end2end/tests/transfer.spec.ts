// A pledge that waits for a transfer: its code, what a bank asks for, and the page for paper.
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from './world';

const FRANCS = { campaign: '/en/c/batterie-de-palier', currency: 'CHF', iban: 'CH93 0076 2011 6238 5295 7' };
const EUROS = { campaign: '/en/c/the-spare-part-library', currency: 'EUR', iban: 'DE89 3704 0044 0532 0130 00' };
const REFERENCE = /^RF\d\d [0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}$/;

/** Pledges by a transfer that never arrives; ends on the receipt. */
async function pledge(page: Page, scripts: boolean, { campaign, currency }: typeof FRANCS) {
    await page.goto(`${campaign}/pledge`);
    await hydrated(page, scripts);
    await page.getByLabel(`Amount in ${currency}`).fill('1234.50');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    await page.getByLabel('Email').fill('lea@example.ch');
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('radio', { name: /^Bank transfer/ }).check({ force: true });
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 3 of 3/);
    await page.getByLabel('The transfer never arrives', { exact: true }).check({ force: true });
    await page.getByRole('button', { name: new RegExp(`^Pledge ${currency}`) }).click();
    await expect(page).toHaveURL(/\/en\/p\/[0-9a-f]{64}$/);
    await hydrated(page, scripts);
}

/** What stands beside a term. */
const value = (page: Page, term: string) =>
    page.locator('section[aria-labelledby=transfer] dt').filter({ hasText: new RegExp(`^${term}$`) }).locator('xpath=following-sibling::dd[1]/span[1]');

for (const scripts of [true, false]) {
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('francs have a QR-bill, to scan and to print', async ({ page }) => {
            await pledge(page, scripts, FRANCS);
            await expect(page.getByRole('img', { name: /^QR-bill for CHF\s1’234\.50 to Sandbox · no real account$/ })).toBeVisible();
            await expect(page.getByText('Sandbox: this account is nobody’s. Transfer nothing to it.')).toBeVisible();
            await expect(value(page, 'IBAN')).toHaveText(FRANCS.iban);
            await expect(value(page, 'Account holder')).toHaveText('Sandbox · no real account');
            await expect(value(page, 'Reference')).toHaveText(REFERENCE);
            await expect(value(page, 'Amount')).toHaveText(/^CHF\s1’234\.50$/);
            const reference = await value(page, 'Reference').innerText();
            await expect(page.locator('.notice').first(), 'one reference everywhere').toContainText(reference);

            await page.getByRole('link', { name: 'Page to print' }).click();
            await expect(page).toHaveURL(/\/en\/p\/[0-9a-f]{64}\/transfer$/);
            await expect(page.locator('h1')).toHaveText(/^Transfer CHF\s1’234\.50$/);
            await expect(page.getByText('Sandbox: this account is nobody’s. Transfer nothing to it.')).toBeVisible();
            const bill = page.getByRole('region', { name: 'QR-bill' });
            await expect(bill.getByRole('heading')).toHaveText(['Receipt', 'Payment part']);
            await expect(bill.getByText(FRANCS.iban)).toHaveCount(2);
            await expect(bill.getByText(reference)).toHaveCount(2);
            await expect(bill.getByText('1 234.50')).toHaveCount(2);
            await expect(bill.getByRole('img')).toHaveCount(1);
            await page.emulateMedia({ media: 'print' });
            await expect(page.locator('.site-header')).toBeHidden();
            await expect(page.locator('.site-footer')).toBeHidden();
            await expect(bill).toBeVisible();
            const box = await bill.boundingBox();
            expect(Math.round(box!.width), '210 mm').toBe(794);
            expect(Math.round(box!.height), '105 mm').toBe(397);
            await page.emulateMedia({ media: 'screen' });
            await page.getByRole('link', { name: 'Back to the receipt' }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 1’234.50');
        });

        test('euros have the code of other banks', async ({ page }) => {
            await pledge(page, scripts, EUROS);
            await expect(page.getByRole('img', { name: /^Code for a transfer of EUR\s1’234\.50 to Sandbox · no real account$/ })).toBeVisible();
            await expect(value(page, 'IBAN')).toHaveText(EUROS.iban);
            await expect(value(page, 'Reference')).toHaveText(REFERENCE);
            await page.getByRole('link', { name: 'Page to print' }).click();
            await expect(page.getByRole('img', { name: /^Code for a transfer/ })).toBeVisible();
            await expect(page.getByText(EUROS.iban)).toBeVisible();
            await expect(page.locator('.bill')).toHaveCount(0);
        });
    });
}

test('what a bank asks for is copied as its form takes it', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await pledge(page, true, FRANCS);
    const reference = (await value(page, 'Reference').innerText()).replaceAll(' ', '');
    const copies = [
        ['Copy the IBAN', FRANCS.iban.replaceAll(' ', '')],
        ['Copy the holder', 'Sandbox · no real account'],
        ['Copy the reference', reference],
        ['Copy the amount', '1234.50'],
    ];
    for (const [name, copied] of copies) {
        await page.getByRole('button', { name, exact: true }).click();
        await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), name).toBe(copied);
    }
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toHaveCount(copies.length);
});

test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    test('nothing offers to copy', async ({ page }) => {
        await pledge(page, false, FRANCS);
        await expect(page.getByRole('button', { name: /^Copy/ })).toHaveCount(0);
    });
});

test('a pledge that waits for nothing has nothing to transfer', async ({ page }) => {
    await pledge(page, true, FRANCS);
    const receipt = page.url();
    await page.getByText('Cancel this pledge').click();
    await page.getByRole('button', { name: 'Cancel the pledge' }).click();
    await expect(page.getByText('Ended. You pay nothing').first()).toBeVisible();
    await expect(page.locator('section[aria-labelledby=transfer]')).toHaveCount(0);
    await page.goto(`${receipt}/transfer`);
    await expect(page.locator('h1')).toHaveText('There is nothing to transfer');
});
