// Which pages are looked at closely after which change.
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { featuresIn, featuresOf } from '../choice.mjs';

const pages: string[] = JSON.parse(readFileSync(new URL('../pages.json', import.meta.url), 'utf8'));

test('every page has a feature that makes it', () => {
    const without = pages.filter((rest) => featuresOf(rest && `/${rest.replaceAll(/\{\w+\}/g, 'x')}`).length === 0);
    expect(without).toEqual([]);
});

test('a page is made by the features that its own feature uses, too', () => {
    expect(featuresOf('/how')).toEqual(['information']);
    expect(featuresOf('/c/x/pledge?reward=y')).toEqual(expect.arrayContaining(['pledges', 'campaigns']));
    expect(featuresOf('/nothing-here')).toEqual([]);
});

test('a change belongs to its feature, to everybody, or to no page', () => {
    expect(featuresIn(['app/src/ledger/page.rs', 'platform/src/ledger/mod.rs', 'docs/API.md'])).toEqual(new Set(['ledger']));
    expect(featuresIn(['app/locales/de/tabs.toml'])).toEqual(new Set(['campaigns', 'ledger']));
    expect(featuresIn([])).toEqual(new Set());
    for (const path of ['style/button.css', 'app/src/kit/button.rs', 'app/src/shell.rs', 'app/locales/en/common.toml', 'end2end/routes.json']) {
        expect(featuresIn(['app/src/ledger/page.rs', path]), path).toBeUndefined();
    }
});
