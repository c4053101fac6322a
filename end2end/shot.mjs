// Photographs every route at three widths, light and dark.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { launchOptions } from './chromium.mjs';
import { startServer } from './server.mjs';

const language = process.argv[2] ?? 'de';
const folder = process.env.MULTITUDE_SHOTS ?? 'shots';
const routes = JSON.parse(readFileSync(new URL('routes.json', import.meta.url), 'utf8'));
mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await chromium.launch(launchOptions);
try {
    for (const colorScheme of ['light', 'dark']) {
        for (const width of [320, 768, 1280]) {
            const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
            const page = await context.newPage();
            for (const route of routes) {
                await page.goto(`${server.url}/${language}${route}`, { waitUntil: 'load' });
                await page.evaluate(() => document.fonts.ready);
                const name = route.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
                const path = join(folder, `${language}-${name}-${width}-${colorScheme}.png`);
                await page.screenshot({ path, fullPage: true });
            }
            await context.close();
        }
    }
} finally {
    await browser.close();
    await server.stop();
}
