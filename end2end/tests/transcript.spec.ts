// What a screen reader is told on the way to a pledge, and what a browser loads of the languages.
import { LANGUAGES, expect, hydrated, openHydrated, test } from './world';

// Nobody else takes what is left here.
test.use({ world: 'transcript' });

test('the three screens of a pledge are read aloud as they are meant to be', async ({ page }) => {
    const main = page.getByRole('main');
    await page.goto('/en/c/batterie-de-palier/pledge');
    await hydrated(page, true);
    await expect(main).toMatchAriaSnapshot({ name: 'support.aria.yml' });
    await page.getByLabel('Amount in CHF').fill('nothing');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.locator('.error-summary')).toBeFocused();
    await expect(main).toMatchAriaSnapshot({ name: 'support-refused.aria.yml' });
    await page.getByLabel('Amount in CHF').fill('60');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    await hydrated(page, true);
    await expect(main).toMatchAriaSnapshot({ name: 'you.aria.yml' });
    await page.getByLabel('Email').fill('read.aloud@example.ch');
    await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 3 of 3/);
    await hydrated(page, true);
    await expect(main).toMatchAriaSnapshot({ name: 'pay.aria.yml' });
});

for (const language of LANGUAGES) {
    test(`a browser loads the words of its one language (${language})`, async ({ page }) => {
        const asked: string[] = [];
        page.on('request', (one) => one.url().includes('/words.') && asked.push(new URL(one.url()).pathname));
        await openHydrated(page, `/${language}`);
        expect(asked).toHaveLength(1);
        expect(asked[0]).toContain(`words.${language}.`);
    });
}
