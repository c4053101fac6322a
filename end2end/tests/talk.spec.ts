// Updates and questions: pages of their own, read with and without scripts.
import { LANGUAGES, expect, openHydrated, test } from './world';

test('tabs lead from the campaign to its updates and questions', async ({ page }) => {
    await openHydrated(page, '/de/c/schattenplan-bahnhofplatz');
    await page.getByRole('link', { name: 'Neuigkeiten 2' }).click();
    await expect(page).toHaveTitle('Neuigkeiten von Schattenplan Bahnhofplatz – Multitude');
    await expect(page.locator('article h3').first()).toHaveText('51 Grad, und 33 daneben');
    await page.getByRole('link', { name: 'Fragen 4' }).click();
    await expect(page).toHaveURL(/\/questions$/);
    await expect(page.getByText('Antwort von')).toHaveCount(3);
    await expect(page.getByText('Noch nicht beantwortet.')).toHaveCount(1);
});

test('what a team wrote keeps its language', async ({ page }) => {
    await openHydrated(page, '/it/c/heat-line/updates');
    await expect(page.locator('article h3')).toHaveAttribute('lang', 'en');
    await expect(page.getByText(/È in ritardo/)).toBeVisible();
});

test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    for (const language of LANGUAGES) {
        test(`an empty page says when the first update is promised (${language})`, async ({ page }) => {
            await page.goto(`/${language}/c/schwammdach/updates`);
            await expect(page.locator('.empty-state')).toContainText(/20\d\d/);
            await page.goto(`/${language}/c/schwammdach/questions`);
            await expect(page.locator('.empty-state')).toBeVisible();
        });
    }

    test('an ended campaign says once when it ended, and what was collected', async ({ page }) => {
        await page.goto('/en/c/la-fontana-che-misura');
        const head = page.locator('.page-head');
        await expect(head.getByText(/Ended/)).toHaveCount(1);
        await expect(head.getByText(/Closes/)).toHaveCount(0);
        await expect(head.getByText('Reached. Collecting CHF 20’905 of 21’830')).toBeVisible();
        await page.goto('/en/c/moorwaechter');
        await expect(head.getByText('CHF 51’090 collected of 51’090 secured')).toBeVisible();
    });

    test('what is nobody’s to see has no updates either', async ({ page }) => {
        expect((await page.goto('/de/c/il-forno-a-specchi/updates'))?.status()).toBe(404);
        expect((await page.goto('/de/c/il-forno-a-specchi/questions'))?.status()).toBe(404);
    });
});
