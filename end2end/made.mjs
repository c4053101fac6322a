// Pages that only somebody's own doing makes, and so stand in no list of addresses.

const MAIL_WITHIN_MS = 15_000;
let made = 0;

/** Sends the page's form. */
async function send(page, action) {
    await page.locator(`main form[action$="${action}"] button`).last().click();
}

/** Takes a pledge to its last screen; as a guest with this address, where there is one, and paid in this way. */
async function choose(page, language, email, method = 'card') {
    await page.goto(`/${language}/c/batterie-de-palier/pledge`);
    await page.locator('#field-amount').fill('60');
    await send(page, '/pledge');
    await page.waitForURL('**/pledge/you');
    if (email) {
        await page.locator('#field-email').fill(email);
        await page.locator('#field-name').fill('Lea Hunziker');
    }
    await page.locator(`input[name=method][value=${method}]`).check({ force: true });
    await send(page, '/you');
    await page.waitForURL('**/pledge/pay');
}

/** The path of a link in a captured mail to this address, once the mail is there. */
async function mailed(page, language, email, link) {
    const until = Date.now() + MAIL_WITHIN_MS;
    while (Date.now() < until) {
        await page.goto(`/${language}/demo`);
        for (const text of await page.locator('details.disclosure', { hasText: email }).allTextContents()) {
            const found = link.exec(text);
            if (found) return found[1];
        }
    }
    throw new Error(`no mail to ${email} has a link like ${link}`);
}

/** Their names, and what their addresses look like after the language. */
export const MADE = {
    pay: '/c/batterie-de-palier/pledge/pay',
    receipt: '/p/token',
    awaited: '/p/token',
    transfer: '/p/token/transfer',
    change: '/p/token/change',
    agree: '/p/token/change/agree',
    confirm: '/p/token/confirm/proof',
    'sign-in-link': '/sign-in/token',
    pledges: '/account/pledges',
    security: '/account/security',
    draft: '/c/il-forno-a-specchi',
    pool: '/pools/id',
};

/** Makes them, and leaves the browser signed in as a coach whose pledge waits for its last step. Addresses by name. */
export async function make(page, language) {
    made += 1;
    const email = `made-${made}-${process.pid}@example.ch`;
    await page.goto(`/${language}/sign-in`);
    await page.locator('#field-email').fill(email);
    await send(page, '/sign-in');
    await page.waitForURL('**/sign-in/code');
    const link = await mailed(page, language, email, /https?:\/\/[^/\s]+(\/\w\w\/sign-in\/[\w-]+)/);
    await choose(page, language, email);
    await send(page, '/pay');
    await page.waitForURL('**/p/*');
    const receipt = new URL(page.url()).pathname;
    const confirm = await mailed(page, language, email, /https?:\/\/[^/\s]+(\/\w\w\/p\/[\w-]+\/confirm\/[\w-]+)/);
    await choose(page, language, email, 'bank');
    // One that arrives would be waited for only for a minute.
    await page.locator('input[name=token][value=lost]').check({ force: true });
    await send(page, '/pay');
    await page.waitForURL('**/p/*');
    const awaited = new URL(page.url()).pathname;
    await page.goto(`/${language}/demo`);
    await page.locator('button[name=role][value=coach]').click();
    await page.waitForURL((url) => !url.pathname.endsWith('/demo'));
    await page.goto(`/${language}/c/river-watch-kit`);
    const pool = await page.locator('.match-offer a').getAttribute('href');
    await choose(page, language);
    return {
        pay: new URL(page.url()).pathname,
        receipt,
        awaited,
        transfer: `${awaited}/transfer`,
        change: `${receipt}/change`,
        agree: `${receipt}/change/agree?reward=&amount=80`,
        confirm,
        'sign-in-link': link,
        pledges: `/${language}/account/pledges`,
        security: `/${language}/account/security`,
        draft: `/${language}/c/il-forno-a-specchi`,
        pool,
    };
}
