// Hearing that a scheduled campaign opens: asked for, proved by the mailed link, told on its day.
import { expect, hydrated, test } from './world';

// The clock of this file's server is moved: no other file shares it.
test.use({ world: 'notify' });

for (const scripts of [true, false]) {
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('an address that was proved can be taken back', async ({ page }) => {
            const email = scripts ? 'mia@example.ch' : 'noa@example.ch';
            await page.goto('/en/c/schwammdach');
            await hydrated(page, scripts);
            await page.getByLabel('Email').fill('mia');
            await page.getByRole('button', { name: 'Write to me' }).click();
            await expect(page.locator('.error-summary')).toBeVisible();
            await expect(page.getByLabel('Email')).toHaveValue('mia');
            await page.getByLabel('Email').fill(email);
            await page.getByRole('button', { name: 'Write to me' }).click();
            await expect(page.locator('h1')).toHaveText('Check your mail');
            const mail = page.locator('details.disclosure', { hasText: email }).first();
            await expect(async () => {
                await page.goto('/en/demo');
                await expect(mail).toBeVisible({ timeout: 500 });
            }).toPass();
            await mail.locator('summary').click();
            const link = /(\/en\/follow\/[0-9a-f]+)/.exec(await mail.locator('.mail').innerText())?.[1] ?? '/no-link';
            await page.goto(link);
            await hydrated(page, scripts);
            await page.getByRole('button', { name: 'Yes, write to me' }).click();
            await expect(page.locator('h1')).toHaveText('We write to you');
            await page.getByRole('button', { name: 'Do not write to me' }).click();
            await expect(page.locator('h1')).toHaveText('We do not write to you');
            await page.getByRole('link', { name: 'To the campaign' }).click();
            await expect(page).toHaveURL(/\/en\/c\/schwammdach$/);
        });

        test('whoever would pledge too early is told when, and offered a mail', async ({ page }) => {
            for (const part of ['backers', 'pledge']) {
                await page.goto(`/en/c/schwammdach/${part}`);
                await hydrated(page, scripts);
                await expect(page.getByText(/opens on/)).toBeVisible();
                await page.getByRole('link', { name: 'Hear when it opens' }).click();
                await expect(page.getByLabel('Email')).toBeVisible();
            }
        });
    });
}

test('whoever waits hears that the campaign has opened', async ({ page }) => {
    await page.goto('/en/demo');
    await page.getByRole('button', { name: 'Enter as a backer' }).click();
    await expect(page).toHaveURL(/account/);
    await page.goto('/en/c/schwammdach/notify');
    const email = await page.getByLabel('Email').inputValue();
    await page.getByRole('button', { name: 'Write to me' }).click();
    await expect(page.locator('h1')).toHaveText('We write to you');
    await expect(page.getByText(email)).toBeVisible();
    for (let days = 0; days < 3; days += 1) {
        await page.goto('/en/demo');
        await page.getByRole('button', { name: 'One day on' }).click();
        await expect(page.locator('h1')).toHaveText('Demo world');
    }
    await expect(async () => {
        await page.goto('/en/demo');
        await expect(page.locator('summary', { hasText: `Schwammdach is open (${email})` })).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 30_000 });
});
