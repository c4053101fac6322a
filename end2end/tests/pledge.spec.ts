// The guest pledge: three screens and a receipt, with scripts and without.
import type { Page } from '@playwright/test';
import { expect, test } from './world';

const CAMPAIGN = '/en/c/batterie-de-palier';

/** Walks the three screens as a new guest; ends on the receipt. */
async function pledge(page: Page, { amount, token }: { amount: string; token?: string }) {
    await page.goto(`${CAMPAIGN}/pledge`);
    await page.getByLabel('Amount in CHF').fill(amount);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    await page.getByLabel('Email').fill('lea@example.ch');
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 3 of 3/);
    if (token) await page.getByLabel(token, { exact: true }).check({ force: true });
    await page.getByRole('button', { name: /^Pledge CHF/ }).click();
}

for (const scripts of [true, false]) {
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('a guest pledges and gets a receipt', async ({ page }) => {
            await page.goto(CAMPAIGN);
            await page.getByRole('link', { name: 'Pledge', exact: true }).click();
            await expect(page).toHaveTitle(/Step 1 of 3/);
            await pledge(page, { amount: '60.50' });
            await expect(page).toHaveURL(/\/en\/p\/[0-9a-f]{64}$/);
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.50');
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
            await page.goto(`${page.url().replace('/en/', '/de/')}`);
            await expect(page.locator('h1')).toHaveText('Deine Zusage über CHF 60.50');
        });

        test('what is wrong is said at its field and nothing typed is lost', async ({ page }) => {
            await page.goto(`${CAMPAIGN}/pledge`);
            await page.getByLabel('Amount in CHF').fill('sixty');
            const sent: number[] = [];
            page.on('response', (r) => r.request().method() === 'POST' && sent.push(r.status()));
            if (scripts) await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/^Error: /);
            // With scripts the browser says it by the same rules, before anything is sent.
            expect(sent).toEqual(scripts ? [] : [422]);
            await expect(page.locator('.error-summary')).toBeFocused();
            await expect(page.getByLabel('Amount in CHF')).toHaveValue('sixty');
            await expect(page.getByText('Enter the amount in digits, for example 60 or 60.50.')).toHaveCount(2);
            await page.getByLabel('Amount in CHF').fill('60');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByLabel('Name', { exact: true }).fill('Lea');
            await page.getByLabel('Email').fill('lea');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Lea');
            await expect(page.getByText('Enter an email address like name@example.ch.').first()).toBeVisible();
        });

        test('choosing a reward names its amount', async ({ page }) => {
            // Another campaign than the test of holds: one address holds three of a reward.
            await page.goto('/en/c/river-watch-kit/pledge');
            const amount = page.getByLabel('Amount in CHF');
            if (scripts) {
                await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
                await page.getByLabel(/A valley set.*EU/).check({ force: true });
                await expect(amount).toHaveValue('910');
                await page.getByLabel(/One box/).check({ force: true });
                await expect(amount, 'more than the price stays').toHaveValue('910');
                await amount.fill('20');
            }
            await page.getByLabel(/A valley set.*CH/).check({ force: true });
            await expect(amount).toHaveValue(scripts ? '850' : '');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/Step 2 of 3/);
            await expect(page.getByText(/CHF.850\.00/)).toBeVisible();
        });

        test('a limited reward is held while its backer checks out', async ({ page }) => {
            await page.goto(`${CAMPAIGN}/pledge`);
            await page.getByRole('radio', { name: /Plans et kit, sent to CH/ }).check({ force: true });
            await page.getByLabel('Amount in CHF').fill('1000');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByText(/is held for you until \d\d:\d\d/)).toBeVisible();
            await page.getByRole('button', { name: 'Keep it 15 minutes longer' }).click();
            await expect(page.getByRole('button', { name: 'Keep it 15 minutes longer' })).toHaveCount(0);
            await expect(page.getByText(/is held for you until \d\d:\d\d/)).toBeVisible();
        });

        test('a declined card charges nothing and leads to another way', async ({ page }) => {
            await pledge(page, { amount: '60', token: 'The bank declines' });
            await expect(page.getByText('Your bank declined. Nothing was charged.')).toBeVisible();
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page).toHaveURL(/\/p\//);
        });

        test('a backer confirms with their bank, raises the amount, and cancels', async ({ page }) => {
            await pledge(page, { amount: '60', token: 'The bank asks to confirm' });
            await expect(page.getByText('Waiting for your bank').first()).toBeVisible();
            await page.getByRole('button', { name: 'Yes, confirm' }).click();
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
            await page.getByText('Change the amount').click();
            await page.getByLabel('Amount in CHF').fill('2');
            await page.getByRole('button', { name: 'Save the new amount' }).click();
            await expect(page.getByText('The smallest pledge is CHF 5.').first()).toBeVisible();
            await page.getByLabel('Amount in CHF').fill('80');
            await page.getByRole('button', { name: 'Save the new amount' }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 80.00');
            await page.getByText('Cancel this pledge').click();
            await page.getByRole('button', { name: 'Cancel the pledge' }).click();
            await expect(page.getByText('Ended. You pay nothing').first()).toBeVisible();
        });

        test('another card takes the place of the first one', async ({ page }) => {
            await pledge(page, { amount: '60', token: 'The charge fails on settle day' });
            await page.getByText('Use another card').click();
            await page.getByLabel('The bank declines', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: 'Use this one' }).click();
            await expect(page.getByText('The bank declined this card. The one before stays; nothing was charged.')).toBeVisible();
            await page.getByText('Use another card').click();
            await page.getByRole('button', { name: 'Use this one' }).click();
            await expect(page.getByText('Saved.')).toBeVisible();
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
        });

        test('pressing back and pledging again shows the same receipt', async ({ page }) => {
            await pledge(page, { amount: '60' });
            const receipt = page.url();
            await page.goto(`${CAMPAIGN}/pledge/pay`);
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page).toHaveURL(receipt);
        });
    });
}

test('a receipt keeps its address to itself', async ({ page, request }) => {
    await pledge(page, { amount: '60' });
    const answer = await request.get(page.url());
    expect(answer.headers()['referrer-policy']).toBe('no-referrer');
    expect(answer.headers()['cache-control']).toBe('no-store');
    expect((await request.get(`/en/p/${'0'.repeat(64)}`)).status()).toBe(404);
});
