// Photographs every route, and what only a browser's own doing makes, at three widths, light and dark.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { launchOptions } from './chromium.mjs';
import { makeLater } from './later.mjs';
import { make } from './made.mjs';
import { startServer } from './server.mjs';

const language = process.argv[2] ?? 'de';
const folder = process.env.MULTITUDE_SHOTS ?? 'shots';
const routes = JSON.parse(readFileSync(new URL('routes.json', import.meta.url), 'utf8'));
const nameOf = (route) => route.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await chromium.launch(launchOptions);
const baseURL = server.url;
const laterServer = await startServer();
try {
    const maker = await browser.newContext({ baseURL });
    const made = await make(await maker.newPage(), language);
    const own = await maker.storageState();
    const open = routes.map((route) => [nameOf(route), `/${language}${route}`]);
    const later = await makeLater(laterServer.url);
    const late = Object.entries(later.addresses).map(([name, address]) => [name, `${laterServer.url}/${language}${address}`]);
    const lateState = { cookies: later.cookies.map((one) => ({ ...one, url: undefined, domain: '127.0.0.1', path: '/' })), origins: [] };
    for (const colorScheme of ['light', 'dark']) {
        for (const width of [320, 768, 1280]) {
            for (const [storageState, pages] of [[undefined, open], [own, Object.entries(made)], [lateState, late]]) {
                const context = await browser.newContext({
                    baseURL,
                    colorScheme,
                    viewport: { width, height: 800 },
                    storageState,
                });
                const page = await context.newPage();
                for (const [name, address] of pages) {
                    await page.goto(address, { waitUntil: 'load' });
                    await page.evaluate(() => document.fonts.ready);
                    const path = join(folder, `${language}-${name}-${width}-${colorScheme}.png`);
                    await page.screenshot({ path, fullPage: true });
                }
                await context.close();
            }
        }
    }
} finally {
    await browser.close();
    await server.stop();
    await laterServer.stop();
}
