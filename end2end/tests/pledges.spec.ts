// The guest pledge: three screens and a receipt, with scripts and without.
import type { Page } from '@playwright/test';
import { expect, hydrated, openHydrated, test } from './world';

const CAMPAIGN = '/en/c/batterie-de-palier';

/** Walks the three screens as a new guest; ends on the receipt. */
async function pledge(page: Page, scripts: boolean, { amount, token, campaign = CAMPAIGN }: { amount: string; token?: string; campaign?: string }) {
    await page.goto(`${campaign}/pledge`);
    await hydrated(page, scripts);
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
            await pledge(page, scripts, { amount: '60.50' });
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
            await hydrated(page, scripts);
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
            await hydrated(page, scripts);
            const amount = page.getByLabel('Amount in CHF');
            if (scripts) {
                await page.getByLabel(/A valley set.*EU/).check({ force: true });
                await expect(amount).toHaveValue('910');
                await expect(page.getByText('You pay CHF 910.00. Nothing is added; fees come out of the campaign.')).toBeVisible();
                await page.getByLabel('No reward, just help').check({ force: true });
                await expect(amount, 'nothing costs nothing').toHaveValue('');
                await amount.fill('20');
                await expect(page.getByText('You pay CHF 20.00. Nothing is added; fees come out of the campaign.')).toBeVisible();
                await page.getByLabel(/A valley set.*Switzerland/).check({ force: true });
                await expect(amount, 'what a person typed stays').toHaveValue('20');
                await page.getByRole('button', { name: 'Continue' }).click();
                await expect(page.getByText('This reward starts at CHF 850. Raise the amount or choose another.')).toHaveCount(2);
                await amount.fill('');
                await page.getByLabel(/A valley set.*EU/).check({ force: true });
                await expect(amount).toHaveValue('910');
            }
            await page.getByLabel(/A valley set.*Switzerland/).check({ force: true });
            await expect(amount, 'it goes down too').toHaveValue(scripts ? '850' : '');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/Step 2 of 3/);
            await expect(page.locator('.checkout-screen__summary').getByText(/CHF.850\.00/)).toBeVisible();
        });

        test('a reward that is chosen on the campaign takes the place of another one', async ({ page }) => {
            await page.goto('/en/c/the-spare-part-library');
            await page.getByRole('link', { name: 'Choose this' }).first().click();
            await hydrated(page, scripts);
            const chosen = page.locator('.reward-card:has(:checked) .reward-card__title');
            const amount = page.getByLabel('Amount in EUR');
            const first = [await chosen.innerText(), await amount.inputValue()];
            await page.getByText('Add something').click();
            await page.getByRole('textbox', { name: 'How many rewards' }).fill('2');
            await amount.fill('700');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/Step 2 of 3/);
            await page.getByRole('link', { name: 'Change' }).click();
            await expect(page.getByRole('textbox', { name: 'How many rewards' }), 'what was chosen is not folded away').toHaveValue('2');
            await expect(page.getByRole('textbox', { name: 'How many rewards' })).toBeVisible();
            await page.goto('/en/c/the-spare-part-library');
            const links = page.getByRole('link', { name: 'Choose this' });
            const names = await links.evaluateAll((all) => all.map((one) => one.textContent));
            expect(new Set(names).size, 'each link says which reward').toBe(names.length);
            await links.nth(1).click();
            await expect(amount).not.toHaveValue('700');
            expect([await chosen.innerText(), await amount.inputValue()]).not.toEqual(first);
            await expect(page.getByText(`You pay EUR ${await amount.inputValue()}.00.`)).toBeVisible();
            await page.getByText('Add something').click();
            await expect(page.getByRole('textbox', { name: 'How many rewards' })).toHaveValue('1');
        });

        test('add-ons are paid for with the reward and stand on the receipt', async ({ page }) => {
            await page.goto('/en/c/river-watch-kit/pledge');
            await hydrated(page, scripts);
            await page.getByLabel(/One box/).check({ force: true });
            await page.getByText('Add something').click();
            await page.getByRole('textbox', { name: /A spare battery/ }).fill('2');
            await page.getByRole('textbox', { name: /A spare battery/ }).press('Tab');
            if (scripts) await expect(page.getByLabel('Amount in CHF')).toHaveValue('160');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByText('A spare battery × 2')).toBeVisible();
            await expect(page.locator('.checkout-screen__summary').getByText(/CHF.160\.00/)).toBeVisible();
            await page.getByLabel('Email').fill('lea@example.ch');
            await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 160.00');
            await expect(page.getByText('A spare battery × 2')).toBeVisible();
        });

        test('after a pledge the next one begins with who, not with what', async ({ page }) => {
            await pledge(page, scripts, { amount: '61' });
            await expect(page).toHaveURL(/\/p\//);
            await page.goto(`${CAMPAIGN}/pledge`);
            await hydrated(page, scripts);
            await expect(page.getByLabel('Amount in CHF')).toHaveValue('');
            await expect(page.getByLabel('No reward, just help')).toBeChecked();
            await page.getByLabel('Amount in CHF').fill('62');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByLabel('Email')).toHaveValue('lea@example.ch');
            await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Lea Brunschwiler');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 62.00');
        });

        test('a limited reward is held while its backer checks out', async ({ page }) => {
            await page.goto(`${CAMPAIGN}/pledge`);
            await hydrated(page, scripts);
            await page.getByRole('radio', { name: /Plans et kit, sent to Switzerland/ }).check({ force: true });
            await page.getByLabel('Amount in CHF').fill('1000');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page.getByText(/is held for you until \d\d:\d\d Swiss time/)).toBeVisible();
            await page.getByRole('button', { name: 'Keep it 15 minutes longer' }).click();
            await expect(page.getByRole('button', { name: 'Keep it 15 minutes longer' })).toHaveCount(0);
            await expect(page.getByText(/is held for you until \d\d:\d\d Swiss time/)).toBeVisible();
            await expect(page.getByRole('link', { name: 'Sign in to keep it longer' })).toHaveAttribute('href', /^\/en\/sign-in\?back=\/en\/c\//);
        });

        test('a declined card charges nothing and leads to another way', async ({ page }) => {
            await pledge(page, scripts, { amount: '60', token: 'The bank declines' });
            await expect(page.getByText('Your bank declined this card. Nothing was charged. Try again or pay another way.')).toBeVisible();
            // What was chosen stays where the page does.
            await page.getByLabel('It works', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page).toHaveURL(/\/p\//);
        });

        test('a backer confirms with their bank, raises the amount, and cancels', async ({ page }) => {
            await pledge(page, scripts, { amount: '60', token: 'The bank asks to confirm' });
            await expect(page.getByText('Waiting for your bank').first()).toBeVisible();
            await page.getByRole('link', { name: 'Check again' }).click();
            await expect(page.getByText('Waiting for your bank').first()).toBeVisible();
            await page.getByRole('button', { name: 'Yes, confirm' }).click();
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
            await page.getByRole('link', { name: 'Change this pledge' }).click();
            await hydrated(page, scripts);
            await page.getByLabel('Amount in CHF').fill('2');
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await expect(page).toHaveTitle(/^Error: Change this pledge/);
            await expect(page.getByText('The smallest pledge is CHF 5.')).toHaveCount(2);
            await page.getByLabel('Amount in CHF').fill('80');
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await expect(page.getByText(/^You allow one charge of CHF\s80\.00 between .+, only if the goal is reached\. Cancel any time before\.$/)).toBeVisible();
            await page.getByRole('button', { name: 'Change to CHF 80.00' }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 80.00');
            await expect(page.getByText('Amount changed to CHF 80.00')).toBeVisible();
            const saved = page.url();
            await page.getByText('Cancel this pledge').click();
            await page.getByRole('button', { name: 'Cancel the pledge' }).click();
            await expect(page.getByText('Ended. You pay nothing').first()).toBeVisible();
            await page.goto(saved);
            await expect(page.getByText('Saved.')).toHaveCount(0);
        });

        test('a pledge is changed to another reward, with add-ons, and back to none', async ({ page }) => {
            await pledge(page, scripts, { amount: '60', campaign: '/en/c/river-watch-kit' });
            await page.getByRole('link', { name: 'Change this pledge' }).click();
            await hydrated(page, scripts);
            const amount = page.getByLabel('Amount in CHF');
            await expect(page.getByLabel('No reward, just help')).toBeChecked();
            await expect(amount).toHaveValue('60');
            await page.getByLabel(/One box/).check({ force: true });
            await page.getByText('Add something').click();
            await page.getByRole('textbox', { name: /A spare battery/ }).fill('2');
            await page.getByLabel('My initials').check({ force: true });
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await expect(page.locator('.error-summary')).toBeFocused();
            await expect(page.getByText('This choice starts at CHF 160. Raise the amount or choose another.')).toHaveCount(2);
            await expect(page.getByLabel('My initials'), 'what was chosen stays').toBeChecked();
            await amount.fill('160');
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await expect(page.locator('h1')).toHaveText('Change this pledge');
            await page.getByRole('link', { name: 'Change', exact: true }).click();
            await hydrated(page, scripts);
            await expect(page.getByRole('textbox', { name: /A spare battery/ }), 'what was typed is there again').toHaveValue('2');
            await expect(amount).toHaveValue('160');
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await page.getByRole('button', { name: 'Change to CHF 160.00' }).click();
            await expect(page.getByText('Saved.')).toBeVisible();
            await expect(page.getByText('A spare battery × 2')).toBeVisible();
            await expect(page.getByText('L. B.', { exact: true })).toBeVisible();
            await expect(page.getByText('Changed to CHF 160.00, with ‹One box›')).toBeVisible();

            await page.getByRole('link', { name: 'Change this pledge' }).click();
            await hydrated(page, scripts);
            await page.getByRole('textbox', { name: /A spare battery/ }).fill('');
            await page.getByLabel('No reward, just help').check({ force: true });
            // An amount that was just what the choice cost follows it, where something answers.
            await expect(amount).toHaveValue(scripts ? '' : '160');
            await amount.fill('40');
            await page.getByRole('button', { name: 'Save the changes' }).click();
            await expect(page.locator('h1'), 'less is not asked about').toHaveText('Your pledge of CHF 40.00');
            await expect(page.getByText('Changed to CHF 40.00, without a reward')).toBeVisible();
        });

        test('another card takes the place of the first one', async ({ page }) => {
            await pledge(page, scripts, { amount: '60', token: 'The charge fails on settle day' });
            await page.getByText('Use another card').click();
            await page.getByLabel('The bank declines', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: 'Use this one' }).click();
            await expect(page.getByText('The bank said no. The previous one stays; nothing was charged.')).toBeVisible();
            // With scripts the fold stays open, and what was chosen stays.
            if (!scripts) await page.getByText('Use another card').click();
            await page.getByLabel('It works', { exact: true }).check({ force: true });
            await page.getByRole('button', { name: 'Use this one' }).click();
            await expect(page.getByText('Saved.')).toBeVisible();
            await expect(page.getByText('Secured', { exact: true }).first()).toBeVisible();
        });

        test('what another tab made of a pledge is not placed by this one', async ({ page, context }) => {
            const other = await context.newPage();
            for (const [tab, amount] of [[page, '70'], [other, '5000']] as const) {
                await tab.goto(`${CAMPAIGN}/pledge`);
                await tab.getByLabel('Amount in CHF').fill(amount);
                await tab.getByRole('button', { name: 'Continue' }).click();
                await tab.getByLabel('Email').fill('lea@example.ch');
                await tab.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
                await tab.getByRole('button', { name: 'Continue' }).click();
                await expect(tab).toHaveTitle(/Step 3 of 3/);
            }
            await page.getByRole('button', { name: 'Pledge CHF 70.00' }).click();
            await expect(page.locator('.notice__title', { hasText: 'You changed this pledge in another tab.' })).toBeVisible();
            await page.getByRole('button', { name: 'Pledge CHF 5’000.00' }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 5’000.00');
        });

        test('a pledge for another campaign begun meanwhile takes nothing away, and asks no name again', async ({ page, context }) => {
            await page.goto(`${CAMPAIGN}/pledge`);
            await page.getByLabel('Amount in CHF').fill('70');
            await page.getByRole('button', { name: 'Continue' }).click();
            await page.getByLabel('Email').fill('lea@example.ch');
            await page.getByLabel('Name', { exact: true }).fill('Lea Brunschwiler');
            await page.getByRole('button', { name: 'Continue' }).click();
            await expect(page).toHaveTitle(/Step 3 of 3/);
            const other = await context.newPage();
            await other.goto('/en/c/semences-du-haut/pledge');
            await other.locator('#field-amount').fill('30');
            await other.getByRole('button', { name: 'Continue' }).click();
            await expect(other.getByLabel('Email')).toHaveValue('lea@example.ch');
            await page.getByRole('button', { name: 'Pledge CHF 70.00' }).click();
            await expect(page.locator('h1')).toHaveText('Your pledge of CHF 70.00');
            await other.getByRole('button', { name: 'Continue' }).click();
            await other.getByRole('button', { name: /^Pledge/ }).click();
            await expect(other.locator('h1')).toContainText('30.00');
        });

        test('pressing back and pledging again shows the same receipt', async ({ page }) => {
            await pledge(page, scripts, { amount: '60' });
            await expect(page).toHaveURL(/\/p\//);
            const receipt = page.url();
            await page.goto(`${CAMPAIGN}/pledge/pay`);
            await page.getByRole('button', { name: /^Pledge CHF/ }).click();
            await expect(page).toHaveURL(receipt);
        });
    });
}

test('a receipt keeps its address to itself', async ({ page, request }) => {
    await pledge(page, true, { amount: '60' });
    await expect(page).toHaveURL(/\/p\//);
    const answer = await request.get(page.url());
    expect(answer.headers()['referrer-policy']).toBe('no-referrer');
    expect(answer.headers()['cache-control']).toBe('no-store');
    expect((await request.get(`/en/p/${'0'.repeat(64)}`)).status()).toBe(404);
});

test('a receipt is loaded by the browser itself, which tells its address to nobody', async ({ page }) => {
    await pledge(page, true, { amount: '60' });
    await expect(page).toHaveURL(/\/p\//);
    const receipt = new URL(page.url()).pathname;
    await openHydrated(page, '/en');
    await page.evaluate((href) => {
        (window as unknown as { kept: boolean }).kept = true;
        const link = document.createElement('a');
        link.href = href;
        link.textContent = 'the receipt';
        document.querySelector('main')?.append(link);
    }, receipt);
    await page.getByRole('link', { name: 'the receipt' }).click();
    await expect(page.locator('h1')).toHaveText('Your pledge of CHF 60.00');
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(undefined);
    await hydrated(page, true);
    const next = page.waitForRequest('**/en/discover');
    await page.getByRole('link', { name: 'Discover' }).first().click();
    expect((await next).headers().referer ?? '').toBe('');
});

test('the page tells no script who the browser is', async ({ page }) => {
    await pledge(page, true, { amount: '60' });
    await expect(page).toHaveURL(/\/p\//);
    await page.goto(`${CAMPAIGN}/pledge/you`);
    const data = JSON.parse((await page.locator('main leptos-island').first().getAttribute('data-props')) ?? '{}');
    const [, draft] = data.given.Contact;
    expect(draft.email).toBe('lea@example.ch');
    expect([draft.browser, draft.key]).toEqual(['', '']);
});

test('a hold says when three minutes are left and when it has ended, on both screens', async ({ page }) => {
    await page.clock.install();
    await page.goto('/fr/c/river-watch-kit/pledge');
    await page.getByLabel(/A valley set.*UE/).check({ force: true });
    await page.locator('#field-amount').fill('1000');
    await page.getByRole('button', { name: 'Continuer' }).click();
    await expect(page).toHaveURL(/\/pledge\/you$/);
    const notice = page.locator('.hold-notice');
    const passes = async () => {
        await expect(notice).toContainText('vous est réservé jusqu’à');
        await expect(notice.locator('[lang=en]')).toHaveText('A valley set');
        await page.clock.runFor(5_000);
        await hydrated(page, true);
        await page.clock.fastForward('12:30');
        await expect(notice.getByRole('status')).toContainText('Plus que trois minutes');
        await page.clock.fastForward('03:00');
        await expect(notice.getByRole('status')).toContainText('a pris fin');
        await expect(notice.getByRole('button')).toHaveCount(0);
    };
    await passes();
    // What was typed stays, and so does the hold itself: only this browser's clock has run ahead.
    await page.getByLabel('Adresse e-mail').fill('hold@example.ch');
    await page.getByLabel('Nom', { exact: true }).fill('Lea');
    await page.getByRole('button', { name: 'Continuer' }).click();
    await expect(page).toHaveURL(/\/pledge\/pay$/);
    await passes();
});
