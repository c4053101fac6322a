// The other ways to pay: TWINT, which waits for its app, and transfers, which arrive; and what a pool says of a pledge.
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from './world';

// The clock of this file's server is moved: no other file shares it.
test.use({ world: 'ways' });

const CAMPAIGN = '/en/c/batterie-de-palier';

type Wish = { amount: string; way: RegExp; email?: string; campaign?: string };

/** Takes a pledge to its last screen, or as far as it gets. */
async function choose(page: Page, scripts: boolean, { amount, way, email = 'lea@example.ch', campaign = CAMPAIGN }: Wish) {
    await page.goto(`${campaign}/pledge`);
    await hydrated(page, scripts);
    await page.getByLabel('Amount in CHF').fill(amount);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    await hydrated(page, scripts);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('radio', { name: way }).check({ force: true });
    await page.getByRole('button', { name: 'Continue' }).click();
}

/** Lets the demo world's time pass, then looks at a page until it says so. */
async function later(page: Page, seconds: number, says: string) {
    const receipt = page.url();
    const moved = await page.request.post('/demo/clock', { data: { advance_seconds: seconds } });
    expect(moved.ok()).toBe(true);
    await expect(async () => {
        await page.goto(receipt);
        await expect(page.locator('.notice__title').first()).toHaveText(says, { timeout: 500 });
    }).toPass({ timeout: 30_000 });
}

for (const scripts of [true, false]) {
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('TWINT carries so much, waits for its app, and then the pledge counts', async ({ page }) => {
            await choose(page, scripts, { amount: '5001', way: /^TWINT/ });
            await expect(page).toHaveTitle(/^Error: /);
            await expect(page.getByText('TWINT carries up to CHF 5’000. Choose card or bank.')).toHaveCount(2);
            await expect(page.getByRole('radio', { name: /^TWINT/ }), 'what was chosen stays').toBeChecked();

            await choose(page, scripts, { amount: '61', way: /^TWINT/ });
            await expect(page.getByText(/^You allow one charge of CHF\s61\.00 between .+, only if the goal is reached\. Cancel any time before\.$/)).toBeVisible();
            await page.getByLabel('The answer takes a minute', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: 'Pledge CHF 61.00' }).click();
            await expect(page.locator('.notice__title').first()).toHaveText('Waiting for TWINT');
            await page.getByRole('link', { name: 'Check again' }).click();
            await expect(page.locator('.notice__title').first()).toHaveText('Waiting for TWINT');
            await later(page, 120, 'Secured');
        });

        test('a transfer is told what to write, counts when it arrives, and comes back', async ({ page }) => {
            await choose(page, scripts, { amount: '62', way: /^Bank transfer/ });
            await expect(page.getByText('You transfer CHF 62.00 now. If the goal is missed, all of it goes back to the account it came from.')).toBeVisible();
            await page.getByLabel('The transfer arrives in a minute', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: 'Pledge CHF 62.00' }).click();
            await expect(page.locator('.notice__title').first()).toHaveText('Waiting for your transfer');
            await expect(page.getByText(/^Transfer CHF\s62\.00 with the reference .+, so that it arrives by \d+ \w+ \d{4}\. It counts when it arrives\.$/)).toBeVisible();
            await later(page, 120, 'Arrived');
            await page.getByText('Cancel this pledge').click();
            await expect(page.getByText('Your money goes back to the account it came from')).toBeVisible();
            await page.getByRole('button', { name: 'Cancel the pledge' }).click();
            await expect(page.locator('.notice__title').first()).toHaveText(/^(On its way back|Refunded)$/);
        });

        test('a transfer that could not arrive in time is not offered', async ({ page }) => {
            await page.goto('/en/c/velo-cargo-de-nuit/pledge');
            await hydrated(page, scripts);
            await page.getByLabel('Amount in CHF').fill('60');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByRole('radio', { name: /^Card/ })).toBeVisible();
            await expect(page.getByRole('radio', { name: /^Bank transfer/ })).toHaveCount(0);
        });

        test('a pledge that is not matched says why', async ({ page }) => {
            const email = `twice-${scripts}@example.ch`;
            const wish = { amount: '60', way: /^Card/, email, campaign: '/en/c/river-watch-kit' };
            const why = page.getByText(/^Only a person's first pledge is matched/);
            for (const nth of [1, 2]) {
                await choose(page, scripts, wish);
                await page.getByRole('button', { name: /^Pledge CHF/ }).click();
                await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
                await expect(why).toHaveCount(nth - 1);
            }
        });

        test('the receipt shows where the campaign stands, and its meter grows once', async ({ page }) => {
            await choose(page, scripts, { amount: '63', way: /^Card/ });
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            const meter = page.getByRole('region', { name: 'Where the campaign stands' }).locator('.meter');
            await expect(meter.getByRole('img')).toBeVisible();
            await expect(meter).toHaveAttribute('data-grows', '');
            const animation = () => meter.locator('.meter__bar').evaluate((bar) => getComputedStyle(bar).animationDuration);
            expect(await animation()).toBe('0.22s');
            await page.emulateMedia({ reducedMotion: 'reduce' });
            expect(await animation()).toBe('0s');
            await page.request.post('/demo/clock', { data: { advance_seconds: 60 } });
            await page.reload();
            await expect(meter).not.toHaveAttribute('data-grows', '');
        });
    });
}
