// Forms of a few lines: the browser says what is wrong before anything is sent, by the words of the server.
import type { Page } from '@playwright/test';
import { make } from '../made.mjs';
import { expect, hydrated, openHydrated, test } from './world';

/** Sends what cannot be right; says what is wrong, whether it was the server that said so. */
async function refuses(page: Page, send: () => Promise<void>, text: string | RegExp, field: string, byServer: boolean) {
    let posts = 0;
    page.on('request', (request) => (posts += request.method() === 'POST' ? 1 : 0));
    await send();
    const summary = page.locator('.error-summary');
    await expect(summary.getByRole('link', { name: text })).toBeVisible();
    await expect(summary).toBeFocused();
    await expect(page).toHaveTitle(/^Error: /);
    await expect(page.getByLabel(field)).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel(field)).toHaveAccessibleDescription(text);
    expect(posts > 0).toBe(byServer);
}

for (const scripts of [true, false]) {
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('an address that is none is not sent', async ({ page }) => {
            const email = 'Enter an email address like name@example.ch.';
            await page.goto('/en/sign-in?back=%2Fen%2Faccount%2Fpledges');
            await hydrated(page, scripts);
            await page.getByLabel('Email').fill('noemie at example.ch');
            const send = () => page.getByRole('button', { name: 'Send', exact: false }).click();
            await refuses(page, send, new RegExp(email), 'Email', !scripts);
            await expect(page.getByLabel('Email'), 'what was typed stays').toHaveValue('noemie at example.ch');
            await expect(page.locator('#main input[name=back]')).toHaveValue('/en/account/pledges');
            await page.getByLabel('Email').fill('noemie@example.ch');
            await send();
            await expect(page).toHaveURL(/\/en\/sign-in\/code$/);
            await hydrated(page, scripts);
            const go = () => page.locator('main').getByRole('button', { name: 'Sign in' }).click();
            await page.getByLabel('Code').fill('12345');
            await refuses(page, go, /six digits/i, 'Code', !scripts);
            await page.goto('/en/c/schwammdach');
            await hydrated(page, scripts);
            await page.getByLabel('Email').fill('noemie');
            await refuses(page, () => page.getByRole('button', { name: 'Write to me' }).click(), /The mail goes there/, 'Email', !scripts);
            await expect(page.getByLabel('Email')).toHaveValue('noemie');
            await expect(page).toHaveURL(scripts ? /\/schwammdach$/ : /\/notify$/);
        });
    });
}

test('a code that is none is not sent, and another one is asked for all the same', async ({ page, browser, baseURL }) => {
    const { receipt } = await make(page, 'en');
    const guest = await (await browser.newContext({ baseURL })).newPage();
    await openHydrated(guest, receipt);
    await guest.getByLabel('Code').fill('12 34');
    await refuses(guest, () => guest.getByRole('button', { name: 'Confirm', exact: false }).first().click(), /six digits/i, 'Code', false);
    await guest.getByRole('button', { name: 'again', exact: false }).click();
    await expect(guest).toHaveURL(/\?sent$/);
    await guest.context().close();
});

test('an address that no parcel reaches is not sent', async ({ page, later }) => {
    await openHydrated(page, `${later.url}/en${later.addresses.address}`);
    await page.getByLabel('Postcode').fill('195');
    const save = () => page.locator('main').getByRole('button').last().click();
    await refuses(page, save, /four digits/i, 'Postcode', false);
    await expect(page.locator('.error-summary li'), 'everything at once').toHaveCount(3);
});
