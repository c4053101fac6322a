// What every spec begins with: a server of its own, and a page whose console must stay empty.
import { test as base, expect, type BrowserContext } from '@playwright/test';
import { makeLater } from '../later.mjs';
import { make } from '../made.mjs';
import { startServer } from '../server.mjs';

export const LANGUAGES = ['en', 'de', 'fr', 'it'] as const;

type Served = { url: string };
type Later = Served & Awaited<ReturnType<typeof makeLater>>;
type Made = { addresses: Record<string, string>; storageState: Awaited<ReturnType<BrowserContext['storageState']>> };
/** What a browser makes in a language, once in each worker. */
type MadeIn = (language: string) => Promise<Made>;

export const test = base.extend<{ breaks: boolean; quiet: void }, { world: string; served: Served; later: Later; madeIn: MadeIn }>({
    // Files that name a world of their own get a server of their own.
    world: ['shared', { option: true, scope: 'worker' }],
    served: [
        async ({ world: _ }, use) => {
            const server = await startServer();
            await use(server);
            await server.stop();
        },
        { scope: 'worker' },
    ],
    // Another server, whose clock has moved on.
    later: [
        async ({}, use) => {
            const server = await startServer();
            await use({ url: server.url, ...(await makeLater(server.url)) });
            await server.stop();
        },
        { scope: 'worker', timeout: 60_000 },
    ],
    madeIn: [
        async ({ browser, served }, use) => {
            const made = new Map<string, Promise<Made>>();
            const making = async (language: string) => {
                const context = await browser.newContext({ baseURL: served.url });
                const addresses = await make(await context.newPage(), language);
                const storageState = await context.storageState();
                await context.close();
                return { addresses, storageState };
            };
            await use((language) => {
                const known = made.get(language) ?? making(language);
                made.set(language, known);
                return known;
            });
        },
        { scope: 'worker' },
    ],
    baseURL: async ({ served }, use) => use(served.url),
    // Whether a test breaks what pages ask for: the browser says so on the console by itself.
    breaks: [false, { option: true }],
    quiet: [
        async ({ page, breaks }, use) => {
            const said: { text: string; url: string }[] = [];
            const shown = new Set<string>();
            page.on('framenavigated', (frame) => shown.add(frame.url().split('#')[0]));
            page.on('console', (message) => said.push({ text: `${message.type()}: ${message.text()}`, url: message.location().url }));
            page.on('pageerror', (error) => said.push({ text: `error: ${error.message}`, url: '' }));
            await use();
            // The browser's own line for a page that answers 4xx says nothing about our code; one for anything that a page
            // asked for does.
            const isExpected = ({ text, url }: (typeof said)[number]) =>
                (breaks && /Failed to load resource/.test(text)) ||
                (shown.has(url.split('#')[0]) && /the server responded with a status of 4(03|04|09|22)/.test(text));
            expect(said.filter((one) => !isExpected(one)).map((one) => one.text), 'the console stays empty').toEqual([]);
        },
        { auto: true },
    ],
});

export { expect };

/** Waits until the browser answers clicks itself, where scripts are on. */
export async function hydrated(page: import('@playwright/test').Page, scripts: boolean) {
    if (scripts) await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
}

/** Opens a page and waits until the browser answers clicks itself. */
export async function openHydrated(page: import('@playwright/test').Page, path: string) {
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
}
