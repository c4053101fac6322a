import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

export default defineConfig({
    testDir: 'tests',
    globalSetup: './choice.mjs',
    outputDir: process.env.MULTITUDE_E2E_RESULTS ?? 'test-results',
    workers: 2,
    timeout: 60_000,
    expect: { timeout: 10_000 },
    forbidOnly: true,
    reporter: [['list']],
    use: { launchOptions, screenshot: 'only-on-failure' },
});
