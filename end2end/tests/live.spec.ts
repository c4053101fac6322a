// What moves while somebody watches: totals of a campaign, and a tab that outlives its build.
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, openHydrated, test } from './world';

// Its pledges would disturb the figures of other files.
test.use({ world: 'live' });

const CAMPAIGN = '/en/c/batterie-de-palier';
let pledges = 0;

/** Somebody else pledges CHF 100 over the API. */
async function pledge(request: APIRequestContext) {
    pledges += 1;
    const answer = await request.post('/api/v1/campaigns/batterie-de-palier/pledges', {
        data: { amount_minor: 10_000, currency: 'CHF', email: `b${pledges}@example.ch`, payment: { method: 'card', token: 'ok' } },
    });
    expect(answer.status()).toBe(201);
}

async function securedNow(request: APIRequestContext): Promise<number> {
    const campaign = await (await request.get('/api/v1/campaigns/batterie-de-palier')).json();
    return campaign.secured_minor / 100;
}

/** The meter's own words hold the sum, grouped as the page writes it. */
async function shows(page: Page, francs: number, timeout = 5_000) {
    const grouped = String(francs).replace(/\B(?=(\d{3})+$)/g, '’');
    await expect(page.locator('.campaign-hero, .page-head').getByText(new RegExp(`CHF.${grouped}`)).first()).toBeVisible({ timeout });
}

async function turn(page: Page, hidden: boolean) {
    await page.evaluate((is) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
}

test('two readers see the same pledge arrive', async ({ page, context, request }) => {
    const other = await context.newPage();
    await openHydrated(page, CAMPAIGN);
    await openHydrated(other, CAMPAIGN);
    const before = await securedNow(request);
    await shows(page, before);
    await pledge(request);
    await shows(page, before + 100);
    await shows(other, before + 100);
});

test('a tab that begins in the background listens once it is looked at', async ({ page, request }) => {
    const asked: string[] = [];
    page.on('request', (one) => one.url().endsWith('/live') && asked.push(one.url()));
    await page.addInitScript(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }));
    await openHydrated(page, CAMPAIGN);
    await page.waitForTimeout(500);
    expect(asked).toEqual([]);
    await turn(page, false);
    await expect.poll(() => asked.length).toBe(1);
    const before = await securedNow(request);
    await pledge(request);
    await shows(page, before + 100);
    await expect(page.locator('.tabs__count').last()).toHaveText(String((await (await request.get('/api/v1/campaigns/batterie-de-palier')).json()).backers));
});

test('a hidden tab is quiet, and catches up when it is looked at', async ({ page, request }) => {
    await openHydrated(page, CAMPAIGN);
    const before = await securedNow(request);
    await shows(page, before);
    await turn(page, true);
    await pledge(request);
    await page.waitForTimeout(1_500);
    await shows(page, before);
    await turn(page, false);
    await shows(page, before + 100);
});

test('a reader who lost the stream comes back to it', async ({ browser, baseURL, request }) => {
    const context = await browser.newContext({ baseURL });
    const page = await context.newPage();
    await page.route('**/live', (route) => route.abort());
    await openHydrated(page, CAMPAIGN);
    const before = await securedNow(request);
    await pledge(request);
    await shows(page, before);
    await page.unroute('**/live');
    await shows(page, before + 100, 15_000);
    await context.close();
});

test('a reader who moves on leaves the stream', async ({ page }) => {
    const streams: string[] = [];
    await page.exposeFunction('ended', (url: string) => streams.push(url));
    await page.addInitScript(() => {
        const close = EventSource.prototype.close;
        EventSource.prototype.close = function () {
            (window as unknown as { ended: (url: string) => void }).ended(this.url);
            close.call(this);
        };
    });
    await openHydrated(page, CAMPAIGN);
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page.locator('h1')).toHaveText('Discover');
    await expect.poll(() => streams.length).toBeGreaterThan(0);
    expect(streams[0]).toContain('batterie-de-palier/live');
});

test('a tab that outlives its build loads the next page anew, and loses nothing before', async ({ page }) => {
    await openHydrated(page, `${CAMPAIGN}/pledge`);
    await page.getByLabel('Amount in CHF').fill('73.50');
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    await page.evaluate(() => document.documentElement.setAttribute('data-build', 'an older one'));
    await expect(page.getByLabel('Amount in CHF')).toHaveValue('73.50');
    await page.getByRole('link', { name: 'Discover' }).first().click();
    await expect(page.locator('h1')).toHaveText('Discover');
    await expect(page.locator('html')).not.toHaveAttribute('data-build', 'an older one');
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBeUndefined();
});

test('a list follows what moves, and keeps what is being typed', async ({ page, request }) => {
    await openHydrated(page, '/en/discover?q=batterie');
    const sum = page.locator('article', { hasText: 'Batterie de palier' }).locator('.campaign-card__sum');
    const before = await securedNow(request);
    await expect(sum).toContainText(String(before).replace(/\B(?=(\d{3})+$)/g, '’'));
    await page.getByLabel('Search campaigns').focus();
    // Before the page listens: what it hears first is other than what it shows.
    await pledge(request);
    await expect(sum).toContainText(String(before + 100).replace(/\B(?=(\d{3})+$)/g, '’'), { timeout: 10_000 });
    await expect(page.getByLabel('Search campaigns')).toBeFocused();
    await expect(page.getByLabel('Search campaigns')).toHaveValue('batterie');
    await pledge(request);
    await expect(sum).toContainText(String(before + 200).replace(/\B(?=(\d{3})+$)/g, '’'), { timeout: 10_000 });
});

test('who looks is told of a new backer, and sees the goal being reached', async ({ page, request }) => {
    await openHydrated(page, '/en/c/velo-cargo-de-nuit');
    await expect(page.locator('.goal-moment')).toHaveCount(0);
    const before = await (await request.get('/api/v1/campaigns/velo-cargo-de-nuit')).json();
    const answer = await request.post('/api/v1/campaigns/velo-cargo-de-nuit/pledges', {
        data: { amount_minor: before.goal_minor - before.secured_minor, currency: 'CHF', email: 'last@example.ch', payment: { method: 'card', token: 'ok' } },
    });
    expect(answer.status()).toBe(201);
    await expect(page.locator('.goal-moment')).toContainText(`${before.backers + 1} people`);
    await expect(page.locator('[role=status]', { hasText: `Backer ${before.backers + 1} just joined` })).toHaveCount(1);
});

test('a receipt follows what becomes of its pledge', async ({ page, request }) => {
    const placed = await request.post('/api/v1/campaigns/batterie-de-palier/pledges', {
        data: { amount_minor: 10_000, currency: 'CHF', email: 'transfer@example.ch', locale: 'en', payment: { method: 'bank', token: 'ok' } },
    });
    const receipt = new URL((await placed.json()).receipt_url);
    await openHydrated(page, receipt.pathname);
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    const standing = page.locator('.notice__title').first();
    const before = await standing.textContent();
    expect((await request.post('/demo/clock', { data: { advance_seconds: 120 } })).status()).toBe(200);
    await expect(standing).not.toHaveText(before ?? '', { timeout: 15_000 });
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept), 'nothing was loaded anew').toBe(true);
});
