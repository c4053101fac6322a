// Acts in the browser: forms answer in place by server functions, keep what was typed when something breaks, and lead on without
// loading a document.
import type { Page } from '@playwright/test';
import { expect, openHydrated, test } from './world';

const CAMPAIGN = '/en/c/batterie-de-palier';
const PAY = '**/api/fn/pledges/pay';

/** Which documents the browser loads from now on. */
function documents(page: Page): string[] {
    const loaded: string[] = [];
    page.on('request', (request) => {
        if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loaded.push(`${request.method()} ${new URL(request.url()).pathname}`);
    });
    return loaded;
}

/** From the campaign's page to the last screen, by its own links and buttons. */
async function toPay(page: Page, amount = '60') {
    await openHydrated(page, CAMPAIGN);
    await page.getByRole('link', { name: 'Pledge', exact: true }).click();
    await page.getByLabel('Amount in CHF').fill(amount);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Email').fill('lea@example.ch');
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 3 of 3/);
}

const press = (page: Page) => page.getByRole('button', { name: /^Pledge CHF/ }).click();

test('from a campaign to its receipt no document is loaded, nor between a receipt and its change', async ({ page }) => {
    await openHydrated(page, CAMPAIGN);
    const loaded = documents(page);
    await page.getByRole('link', { name: 'Pledge', exact: true }).click();
    await page.getByLabel('Amount in CHF').fill('2');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await page.getByLabel('Amount in CHF').fill('60');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Email').fill('lea@example.ch');
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 3 of 3/);
    expect(loaded).toEqual([]);
    await press(page);
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
    const receipt = new URL(page.url()).pathname;
    expect(loaded).toEqual([`GET ${receipt}`]);
    await page.getByRole('link', { name: 'Change this pledge' }).click();
    await page.getByLabel('Amount in CHF').fill('40');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 40.00');
    await page.getByRole('link', { name: 'Change this pledge' }).click();
    await page.getByLabel('Amount in CHF').fill('90');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await page.getByRole('button', { name: 'Change to CHF 90.00' }).click();
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 90.00');
    await page.getByText('Cancel this pledge').click();
    await page.getByRole('button', { name: 'Cancel the pledge' }).click();
    await expect(page.getByRole('link', { name: 'Pledge again' })).toBeVisible();
    expect(loaded).toEqual([`GET ${receipt}`]);
});

test.describe('what breaks on the way', () => {
    test.use({ breaks: true });

    test('an answer that is lost, and the same sent natively: one pledge', async ({ page }) => {
        await toPay(page);
        let first = '';
        await page.route(PAY, async (route) => {
            const answer = await route.fetch();
            first = (await answer.json()).lead_on;
            await route.abort();
        });
        await press(page);
        await expect(page.locator('.act__told')).toContainText('The connection broke.');
        await expect(page.locator('.act__told')).toBeFocused();
        await page.unroute(PAY);
        await page.evaluate(() => (document.querySelector('main form') as HTMLFormElement).submit());
        await expect(page).toHaveURL(new RegExp(`${first}$`));
        expect(first).toMatch(/^\/en\/p\/[0-9a-f]{64}$/);
    });

    for (const [status, code, headers, says] of [
        [429, 'too_many_requests', { 'retry-after': '90' }, /That was a lot from your connection.*Try again in 90 seconds/],
        [503, 'not_saved', { 'retry-after': '5' }, /everything can be read, but nothing saved.*Try again in 5 seconds/],
        [500, 'bug', {}, /This could not be done/],
    ] as const) {
        test(`a readable ${status} stays, says so, and keeps everything`, async ({ page }) => {
            await openHydrated(page, `${CAMPAIGN}/pledge`);
            const loaded = documents(page);
            await page.getByLabel('Amount in CHF').fill('61.50');
            await page.route('**/api/fn/**', (route) =>
                route.fulfill({ status, headers, contentType: 'application/problem+json', body: JSON.stringify({ status, code }) }),
            );
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.locator('.act__told')).toHaveText(says);
            await expect(page.getByLabel('Amount in CHF')).toHaveValue('61.50');
            await page.unroute('**/api/fn/**');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/Step 2 of 3/);
            expect(loaded).toEqual([]);
        });
    }

    test('what nobody can read is left to the form itself', async ({ page }) => {
        await openHydrated(page, `${CAMPAIGN}/pledge`);
        const loaded = documents(page);
        await page.getByLabel('Amount in CHF').fill('60');
        await page.route('**/api/fn/**', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
        await page.getByRole('button', { name: 'Continue' }).click();
        await expect(page).toHaveTitle(/Step 2 of 3/);
        expect(loaded).toEqual([`POST ${CAMPAIGN}/pledge`, `GET ${CAMPAIGN}/pledge/you`]);
    });
});

test('a form on its way takes no second press', async ({ page }) => {
    await openHydrated(page, `${CAMPAIGN}/pledge`);
    let calls = 0;
    await page.route('**/api/fn/**', async (route) => {
        calls += 1;
        await new Promise((done) => setTimeout(done, 400));
        await route.continue();
    });
    // Nor while the page is under way that comes next.
    const next = page.waitForRequest('**/pledge/you');
    await page.route('**/pledge/you', async (route) => {
        await new Promise((done) => setTimeout(done, 800));
        await route.continue();
    });
    await page.getByLabel('Amount in CHF').fill('60');
    const button = page.getByRole('button', { name: 'Continue' });
    await button.dblclick();
    await next;
    await button.click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    expect(calls).toBe(1);
});

test('whoever went elsewhere before the answer stays there', async ({ page }) => {
    await openHydrated(page, `${CAMPAIGN}/pledge`);
    await page.route('**/api/fn/**', async (route) => {
        await new Promise((done) => setTimeout(done, 1_000));
        await route.continue();
    });
    const answered = page.waitForResponse('**/api/fn/**');
    await page.getByLabel('Amount in CHF').fill('60');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.site-footer a[href$="/how"]').click();
    await expect(page).toHaveURL(/\/en\/how$/);
    await answered;
    await page.waitForTimeout(500);
    await expect(page).toHaveURL(/\/en\/how$/);
});

test('a reward that went meanwhile leaves what one has', async ({ page }) => {
    await toPay(page, '60');
    await press(page);
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
    await page.getByRole('link', { name: 'Change this pledge' }).click();
    await page.route('**/api/fn/pledges/change', (route) =>
        route.fulfill({ contentType: 'application/json', body: JSON.stringify({ refused: { kind: 'conflict', refusal: { code: 'pledge.sold_out', args: [{ text: 'One' }] } } }) }),
    );
    const radios = page.locator('input[name=reward]');
    await radios.first().check({ force: true });
    await page.getByLabel('Amount in CHF').fill('900');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await expect(page.locator('.act__told')).toBeFocused();
    await expect(page.locator('input[name=reward][value=""]')).toBeChecked();
    await expect(radios.first()).toBeEnabled();
    await expect(page.getByLabel('Amount in CHF')).toHaveValue('900');
});

test('a fault that only the server knows is marked at its field, and the mark goes with the fault', async ({ page }) => {
    await openHydrated(page, '/en/sign-in');
    await page.getByLabel('Email').fill('lea@example.ch');
    await page.getByRole('button', { name: 'Send' }).click();
    const code = page.locator('#field-code');
    await expect(code).toBeVisible();
    await code.fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await expect(page).toHaveTitle(/^Error: /);
    await expect(code).toHaveAttribute('aria-invalid', 'true');
    await expect(code).toHaveAttribute('aria-describedby', 'field-code-error');
    await expect(page.locator('#field-code-error')).toHaveCount(1);
    await code.fill('12');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.locator('#field-code-error')).toContainText('six digits');
    await expect(page.locator('#field-code-error')).toHaveCount(1);
});

test('what is wrong in fields of the page before is shown there', async ({ page }) => {
    await toPay(page, '60');
    await press(page);
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
    await page.getByRole('link', { name: 'Change this pledge' }).click();
    await page.getByLabel('Amount in CHF').fill('90');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    const agree = page.getByRole('button', { name: 'Change to CHF 90.00' });
    await expect(agree).toBeVisible();
    await page.locator('main form input[name=amount]').evaluate((field: HTMLInputElement) => (field.value = '2'));
    await agree.click();
    await expect(page.locator('#field-amount-error')).toHaveText('The smallest pledge is CHF 5.');
    await expect(page.getByLabel('Amount in CHF')).toHaveValue('2');
});
