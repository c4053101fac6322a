// No automated finding on any page, at any width, in either theme.
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { chosen, isFull } from '../choice.mjs';
import { LATER } from '../later.mjs';
import { MADE } from '../made.mjs';
import { LANGUAGES, expect, hydrated, test } from './world';

const routes: string[] = JSON.parse(readFileSync(new URL('../routes.json', import.meta.url), 'utf8'));
const themes = ['light', 'dark', 'forced'] as const;
const widths = [320, 768, 1280] as const;

/** Twelve combinations that cover every pair of language, theme, width and script setting. */
const PAIRS: [number, number, number, boolean][] = [
    [0, 0, 0, true], [0, 1, 1, false], [0, 2, 2, true],
    [1, 0, 1, true], [1, 1, 2, false], [1, 2, 0, false],
    [2, 0, 2, false], [2, 1, 0, true], [2, 2, 1, true],
    [3, 0, 0, false], [3, 1, 2, true], [3, 2, 1, false],
];
const ALL = LANGUAGES.flatMap((_, l) =>
    themes.flatMap((_, t) => widths.flatMap((_, w) => [true, false].map((js) => [l, t, w, js] as (typeof PAIRS)[number]))),
);

type StorageState = BrowserContextOptions['storageState'];

/** Addresses whose forms are sent with nonsense, and what is typed into them. */
const REFUSED: [string, Record<string, string>][] = [
    ['/c/batterie-de-palier/pledge', { amount: 'sechzig' }],
    ['/sign-in', { email: 'lea' }],
    ['/c/schwammdach/notify', { email: 'lea' }],
];

/** What axe objects to, one line a rule; the system's own colours it cannot know. */
async function findings(page: Page, theme: (typeof themes)[number]): Promise<string[]> {
    await page.evaluate(axe.source);
    return page.evaluate(async (knowsColours) => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({
            rules: {
                'color-contrast': { enabled: knowsColours },
                // 7:1, and 24 px, beyond what axe asks for by itself.
                'color-contrast-enhanced': { enabled: knowsColours },
                'target-size': { enabled: true },
            },
        });
        return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
    }, theme !== 'forced');
}

/** Buttons, fields and what looks like them, where they are lower or narrower than 44 px. Links within text are text. */
async function small(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const targets = document.querySelectorAll('button, .button, select, summary, nav a, input:not([type=radio], [type=checkbox], [type=hidden])');
        const isSmall = (one: Element) => {
            const { width, height } = one.getBoundingClientRect();
            return height > 0 && (height < 43.5 || width < 43.5);
        };
        return [...targets].filter(isSmall).map((one) => `${one.tagName} ${one.className} ${one.textContent?.trim().slice(0, 30)}`);
    });
}

type Combination = (typeof PAIRS)[number];

/** A browser that looks in this way; whoever is signed in there stays so. */
async function browserOf(browser: Browser, baseURL: string | undefined, [, t, w, scripts]: Combination, storageState?: StorageState) {
    const context = await browser.newContext({
        baseURL,
        storageState,
        viewport: { width: widths[w], height: 800 },
        colorScheme: themes[t] === 'dark' ? 'dark' : 'light',
        forcedColors: themes[t] === 'forced' ? 'active' : 'none',
    });
    const page = await context.newPage();
    // axe itself needs scripts: where they are off, ours are kept from loading instead.
    if (!scripts) await page.route('**/pkg/*.js', (route) => route.abort());
    return page;
}

/** Nothing on the page at this address hinders anybody. */
async function look(page: Page, address: string, [, t, , scripts]: Combination) {
    await page.goto(address);
    const isRefusal = (await page.locator('script[type=module]').count()) === 0;
    await hydrated(page, scripts && !isRefusal);
    expect(await findings(page, themes[t]), address).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${address} scrolls sideways`).toBeLessThanOrEqual(0);
    expect(await small(page), `${address}: less than 44 px to hit`).toEqual([]);
}

/** Does something in each combination that is chosen for the page at an address. */
async function inEach(address: string, work: (language: string, combination: Combination) => Promise<void>) {
    for (const combination of chosen(address, isFull ? ALL : PAIRS)) {
        const [l, t, w, scripts] = combination;
        const name = `${LANGUAGES[l]}, ${themes[t]}, ${widths[w]} px, scripts ${scripts ? 'on' : 'off'}`;
        await test.step(name, () => work(LANGUAGES[l], combination));
    }
}

test.describe.configure({ mode: 'parallel', timeout: isFull ? 300_000 : 120_000 });

for (const route of routes) {
    test(`${route || '/'} hinders nobody`, async ({ browser, baseURL }) => {
        await inEach(route, async (language, combination) => {
            const page = await browserOf(browser, baseURL, combination);
            await look(page, `/${language}${route}`, combination);
            await page.context().close();
        });
    });
}

for (const [address, typed] of REFUSED) {
    test(`${address}, refused, hinders nobody`, async ({ browser, baseURL }) => {
        await inEach(address, async (language, combination) => {
            const page = await browserOf(browser, baseURL, combination);
            await page.goto(`/${language}${address}`);
            for (const [name, value] of Object.entries(typed)) await page.locator(`main [name=${name}]`).fill(value);
            // As the server refuses it: the browser's own rules are not asked.
            await page.locator('main form:has([name])').last().evaluate((form) => (form as HTMLFormElement).submit());
            await expect(page.locator('.error-summary')).toBeVisible();
            expect(await findings(page, themes[combination[1]]), `${address}, refused`).toEqual([]);
            await page.context().close();
        });
    });
}

for (const [name, pattern] of Object.entries(MADE)) {
    test(`${name}, which a browser has made, hinders nobody`, async ({ browser, baseURL, madeIn }) => {
        await inEach(pattern, async (language, combination) => {
            const { addresses, storageState } = await madeIn(language);
            const page = await browserOf(browser, baseURL, combination, storageState);
            await look(page, addresses[name], combination);
            await page.context().close();
        });
    });
}

for (const [name, pattern] of Object.entries(LATER)) {
    test(`${name}, which time has made, hinders nobody`, async ({ browser, baseURL, later }) => {
        await inEach(pattern, async (language, combination) => {
            const page = await browserOf(browser, baseURL, combination);
            await page.context().addCookies(later.cookies);
            await look(page, `${later.url}/${language}${later.addresses[name as keyof typeof LATER]}`, combination);
            await page.context().close();
        });
    });
}
