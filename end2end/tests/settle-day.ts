// Settle day: a guest backs a campaign, the clock moves past the deadline, the receipt says what happened.
import { expect, hydrated, test } from './world';

// One reaches its goal, the other, which closes later, misses it.
const REACHED = ['the-spare-part-library', 'The Spare Part Library', 'EUR', 'Paid', 'Receipt EUR 60.00'] as const;
const MISSED = [
    'schattenplan-bahnhofplatz', 'Schattenplan Bahnhofplatz', 'CHF', 'Released. You pay nothing',
    'Schattenplan Bahnhofplatz missed its goal: you pay nothing',
] as const;

/** The tests of both outcomes, with scripts or without. They move the clock of their server, so each file has one of its own. */
export function settleDay(scripts: boolean) {
    for (const [slug, title, currency, outcome, subject] of [REACHED, MISSED]) {
        test(`the deadline decides: ${outcome}`, async ({ page }) => {
            await page.goto(`/en/c/${slug}/pledge`);
            await hydrated(page, scripts);
            await page.getByLabel(`Amount in ${currency}`).fill('60');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByLabel('Email').fill('lea@example.ch');
            await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByRole('button', { name: /^Pledge / }).click();
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
            const receipt = page.url();
            // Somebody has the campaign open all the while.
            const watcher = await page.context().newPage();
            const choices = watcher.locator('a[href*="/pledge?reward="]');
            await watcher.goto(`/en/c/${slug}`);
            await hydrated(watcher, scripts);
            await expect(choices).not.toHaveCount(0);

            await page.goto('/en');
            await page.getByRole('contentinfo').getByRole('link', { name: 'Demo world' }).click();
            for (let moves = 0; moves < 12; moves += 1) {
                if ((await page.getByText(/^Next to close/).textContent())?.includes(title)) break;
                await page.getByRole('button', { name: 'To just after the next deadline' }).click();
                await expect(page.locator('h1')).toHaveText('Demo world');
            }
            await page.getByRole('button', { name: 'To just after the next deadline' }).click();
            await page.getByRole('button', { name: 'One hour on' }).click();
            await expect(async () => {
                await page.goto(receipt);
                await expect(page.locator('.notice__title').first()).toHaveText(outcome, { timeout: 500 });
            }).toPass({ timeout: 30_000 });
            await expect(async () => {
                await page.goto('/en/demo');
                await expect(page.locator('summary', { hasText: `${subject} (lea@example.ch)` })).toBeVisible({ timeout: 500 });
            }).toPass();
            if (!scripts) await watcher.reload();
            await expect(choices).toHaveCount(0);
            await page.goto(`/en/c/${slug}/ledger`);
            await expect(page).toHaveTitle(`Ledger of ${title} – Multitude`);
        });
    }
}
