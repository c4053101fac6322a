// Signing in by code and by link, one's own pledges, proving an address; with scripts and without.
import type { Page } from '@playwright/test';
import { expect, hydrated, openHydrated, test } from './world';

/** The text of the newest captured mail to an address, once it is there. */
async function mailTo(page: Page, email: string, subject: RegExp): Promise<string> {
    const mail = page.locator('details.disclosure', { hasText: email }).filter({ hasText: subject }).first();
    await expect(async () => {
        await page.goto('/en/demo');
        await expect(mail).toBeVisible({ timeout: 500 });
    }).toPass();
    await mail.locator('summary').click();
    return mail.locator('.mail').innerText();
}

const codeIn = (text: string) => /^(\d{6})$/m.exec(text)?.[1] ?? 'no code';
const linkIn = (text: string, part: string) => new RegExp(`https?://[^/]+(/\\S*${part}/\\S*)`).exec(text)?.[1] ?? '/no-link';
const another = (code: string) => (code === '000000' ? '000001' : '000000');

/** Places a pledge as whoever this browser is; ends on the receipt. */
async function pledge(page: Page, scripts: boolean, email?: string) {
    await page.goto('/en/c/batterie-de-palier/pledge');
    await hydrated(page, scripts);
    await page.getByLabel('Amount in CHF').fill('60');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveTitle(/Step 2 of 3/);
    if (email) {
        await page.getByLabel('Email').fill(email);
        await page.getByLabel('Name', { exact: true }).fill('Lea Hunziker');
    }
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: /^Pledge CHF/ }).click();
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
}

for (const scripts of [true, false]) {
    const who = scripts ? 'scripts' : 'plain';
    test.describe(scripts ? 'with scripts' : 'without scripts', () => {
        test.use({ javaScriptEnabled: scripts });

        test('a code signs in and signing out everywhere ends it', async ({ page }) => {
            const email = `code-${who}@example.ch`;
            await page.goto('/en');
            await hydrated(page, scripts);
            if (!(await page.getByRole('link', { name: 'Sign in' }).first().isVisible())) await page.getByText('Menu').click();
            await page.getByRole('link', { name: 'Sign in' }).first().click();
            await page.getByLabel('Email').fill('lea');
            await page.getByRole('button', { name: 'Send link and code' }).click();
            await expect(page.getByRole('alert').or(page.locator('.error-summary'))).toContainText('Enter an email address');
            await expect(page.getByLabel('Email')).toHaveValue('lea');
            await page.getByLabel('Email').fill(email);
            await page.getByRole('button', { name: 'Send link and code' }).click();
            await expect(page.locator('h1')).toHaveText('Check your mail');
            await expect(page.getByText(email)).toBeVisible();
            await page.locator('main').getByRole('link', { name: 'Captured mail' }).click();
            await expect(page.locator('h1')).toHaveText('Demo world');
            const code = codeIn(await mailTo(page, email, /sign-in link/));
            await page.goto('/en/sign-in/code');
            for (let presses = 0; presses < 6; presses += 1) {
                await page.getByRole('button', { name: 'Sign in' }).click();
                await expect(page.locator('.field__error')).toHaveText('Enter the six digits from the mail.');
            }
            await page.getByLabel('Six-digit code').fill(another(code));
            await page.getByRole('button', { name: 'Sign in' }).click();
            await expect(page.locator('.error-summary')).toContainText('This is not the code in the latest mail.');
            await page.getByLabel('Six-digit code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
            await page.getByRole('button', { name: 'Sign in' }).click();
            await expect(page.locator('h1')).toHaveText('My pledges');
            await expect(page.getByText('You have not pledged yet.')).toBeVisible();
            await page.getByRole('link', { name: 'Where am I signed in?' }).click();
            await expect(page.getByText('This browser')).toBeVisible();
            await page.getByRole('button', { name: 'Sign out everywhere' }).click();
            await expect(page.locator('h1')).toHaveText('Sign in');
            expect((await page.goto('/en/account/pledges'))?.status()).toBe(403);
            await expect(page.locator('h1')).toHaveText('Sign in to see this page');
        });

        test('a link shows one button, signs in once and brings guest pledges along', async ({ page, browser }) => {
            const email = `link-${who}@example.ch`;
            await pledge(page, scripts, email);
            await expect(page.getByText(`Is ${email} yours?`)).toBeVisible();
            await page.goto('/en/sign-in');
            await page.getByLabel('Email').fill(email);
            await page.getByRole('button', { name: 'Send link and code' }).click();
            await expect(page.locator('h1')).toHaveText('Check your mail');
            const link = linkIn(await mailTo(page, email, /sign-in link/), 'sign-in');
            // Another browser: the link works there, the code would not.
            const other = await browser.newContext({ javaScriptEnabled: scripts, baseURL: new URL(page.url()).origin });
            const phone = await other.newPage();
            await phone.goto(link);
            await phone.reload();
            await expect(phone.locator('h1')).toHaveText(`Sign in as ${email}`);
            await phone.locator('main').getByRole('button', { name: 'Sign in' }).click();
            await expect(phone.locator('h1')).toHaveText('My pledges');
            await expect(phone.getByRole('link', { name: 'Batterie de palier', exact: true })).toBeVisible();
            await phone.getByRole('link', { name: /^Open the receipt/ }).click();
            await expect(phone.locator('h1')).toHaveText('Your pledge of CHF 60.00');
            await expect(phone.getByText(`Is ${email} yours?`)).toHaveCount(0);
            await phone.goto(link);
            await expect(phone.locator('h1')).toHaveText('This link no longer works');
            await other.close();
        });

        test('the mailed code proves the address of a pledge', async ({ page }) => {
            const email = `proof-${who}@example.ch`;
            await pledge(page, scripts, email);
            const receipt = page.url();
            const text = await mailTo(page, email, /^Confirm your email/);
            await page.goto(receipt);
            await page.getByLabel('Six-digit code').fill(another(codeIn(text)));
            await page.getByRole('button', { name: 'Confirm' }).click();
            await expect(page.locator('.error-summary')).toContainText('This is not the code');
            await expect(page).toHaveTitle(/^Error: /);
            await page.getByRole('button', { name: 'Send the mail again' }).click();
            await expect(page.getByText('The mail is on its way again.')).toBeVisible();
            await page.getByLabel('Six-digit code').fill(codeIn(text));
            await page.getByRole('button', { name: 'Confirm' }).click();
            await expect(page.getByText('Confirmed.', { exact: true })).toBeVisible();
            await expect(page.getByText(`Is ${email} yours?`)).toHaveCount(0);
            await expect(page.getByLabel('Updates of this campaign')).not.toBeChecked();
            await page.getByText('Updates of this campaign').click();
            await page.getByRole('button', { name: 'Save' }).click();
            await expect(page.getByLabel('Updates of this campaign')).toBeChecked();
            await expect(page.getByLabel('News of Multitude')).not.toBeChecked();
        });

        test('the mailed link proves it too, by its button', async ({ page }) => {
            const email = `button-${who}@example.ch`;
            await pledge(page, scripts, email);
            const receipt = page.url();
            const link = linkIn(await mailTo(page, email, /^Confirm your email/), 'confirm');
            await page.goto(link);
            await expect(page.locator('h1')).toHaveText(`Confirm ${email}`);
            await page.goto(receipt);
            await expect(page.getByText(`Is ${email} yours?`)).toBeVisible();
            await page.goto(link);
            await page.getByRole('button', { name: 'Confirm' }).click();
            await expect(page).toHaveURL(`${receipt}?confirmed`);
            await expect(page.getByText('Confirmed.', { exact: true })).toBeVisible();
            await expect(page.getByText(`Is ${email} yours?`)).toHaveCount(0);
        });

        test('a member is not asked what the account says', async ({ page }) => {
            await page.goto('/en/demo');
            await page.getByRole('button', { name: 'Enter as a creator' }).click();
            await expect(page.locator('h1')).toHaveText('My pledges');
            await pledge(page, scripts);
            await expect(page.getByText('Lea Brunschwiler').first()).toBeVisible();
            await expect(page.getByText(/yours\?$/)).toHaveCount(0);
            await page.goto('/en/account/pledges');
            await expect(page.getByText('CHF 60.00').first()).toBeVisible();
            await page.getByRole('button', { name: 'Sign out' }).click();
            await expect(page).toHaveURL(/\/en$/);
        });
    });
}

test('own pages hydrate and answer clicks in the browser', async ({ page }) => {
    await page.goto('/de/demo');
    await page.getByRole('button', { name: 'Als Moderatorin eintreten' }).click();
    await expect(page).toHaveURL(/account/);
    await openHydrated(page, '/de/account/pledges');
    await page.getByRole('link', { name: 'Wo bin ich angemeldet?' }).click();
    await expect(page.locator('h1')).toHaveText('Wo du angemeldet bist');
    await page.getByRole('link', { name: 'Meine Zusagen' }).first().click();
    await expect(page.locator('h1')).toHaveText('Meine Zusagen');
});

test('a captured mail is shown as its recipient sees it', async ({ page }) => {
    await page.goto('/en/sign-in');
    await page.getByLabel('Email').fill('html@example.ch');
    await page.getByRole('button', { name: 'Send link and code' }).click();
    await expect(page.locator('h1')).toHaveText('Check your mail');
    await mailTo(page, 'html@example.ch', /sign-in link/);
    await page.getByRole('link', { name: 'As the recipient sees it' }).first().click();
    await expect(page.locator('h1')).toHaveText('Your sign-in link (15 minutes)');
    const button = page.getByRole('link', { name: 'Sign in' });
    await expect(button).toHaveCSS('background-color', 'rgb(255, 208, 40)');
});

test('a long address or name makes no page scroll sideways', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 800 });
    const email = `donaudampfschifffahrtsgesellschaftskapitaensmuetze-${'x'.repeat(12)}@genossenschaftsverband.example.ch`;
    const look = async () => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, page.url()).toBeLessThanOrEqual(320);
    };
    await page.goto('/de/c/batterie-de-palier/pledge');
    await page.locator('#field-amount').fill('60');
    await page.locator('main form[action$="/pledge"] button').last().click();
    await page.waitForURL('**/pledge/you');
    await page.getByLabel('E-Mail').fill(email);
    await page.getByLabel('Name', { exact: true }).fill('Wolfeschlegelsteinhausenbergerdorff'.repeat(2));
    await page.getByLabel('Mit Namen').check({ force: true });
    await look();
    await page.locator('main form[action$="/you"] button').last().click();
    await page.waitForURL('**/pledge/pay');
    await look();
    await page.locator('main form[action$="/pay"] button').last().click();
    await page.waitForURL('**/p/*');
    await look();
    await page.goto('/de/sign-in');
    await page.getByLabel('E-Mail').fill(email);
    await page.locator('main form button').last().click();
    await expect(page.getByText(email)).toBeVisible();
    await look();
    const code = codeIn(await mailTo(page, email, /Anmelde/));
    await look();
    await page.locator('details[open] a[href^="/demo/mails/"]').click();
    await page.waitForURL('**/demo/mails/*');
    await look();
    await page.goto('/de/sign-in/code');
    await page.getByLabel('Sechsstelliger Code').fill(code);
    await page.locator('main form button').last().click();
    await page.waitForURL('**/account/pledges');
    await look();
    // Whoever is signed in with the address says whose pledge it is, and the name shows.
    await page.locator('main a[href*="/p/"]').first().click();
    await page.waitForURL('**/p/*');
    await page.getByRole('button', { name: 'Ja, sie ist von mir' }).click();
    await expect(page.getByText('Bestätigt.')).toBeVisible();
    await look();
    await page.goto('/de/c/batterie-de-palier/backers');
    await expect(page.getByText('Wolfeschlegel').first()).toBeVisible();
    await look();
});
