// In how many combinations of language, theme, width and scripts a page is looked at: in all of them where what makes it has
// changed since the last commit that passed, else in a few. What makes a page is read from the sources.
import { readFileSync, readdirSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
/** Folders of `app/src` that serve every feature. */
const SHARED = ['acts', 'browser', 'kit'];
/** What decides how every page looks. */
const EVERYWHERE = ['app/', 'end2end/', 'frontend/', 'public/', 'style/', 'words/', 'Cargo.lock', 'Cargo.toml'];

/** How one looks: everything everywhere (`--full`), whatever changed, or a few of each. */
export const isFull = process.env.MULTITUDE_FULL === '1';

/** The file that names what changed since then, one path a line; unset where nobody knows. */
const told = process.env.MULTITUDE_CHANGED;
const changed = told && readFileSync(told, 'utf8').split('\n').filter(Boolean);

/** What every feature's files say; under no name, what those say that serve all features. */
const sources = new Map();
for (const name of readdirSync(new URL('app/src/', ROOT), { recursive: true })) {
    if (!name.endsWith('.rs')) continue;
    const [folder, ...rest] = name.split('/');
    const feature = rest.length === 0 || SHARED.includes(folder) ? '' : folder;
    sources.set(feature, `${sources.get(feature) ?? ''}\n${read(`app/src/${name}`)}`);
}
const features = [...sources.keys()].filter(Boolean);

/** A feature and every feature that it uses, directly or not. */
function closure(feature, found = new Set()) {
    if (!features.includes(feature) || found.has(feature)) return found;
    found.add(feature);
    for (const [, used] of sources.get(feature).matchAll(/\bcrate::(\w+)/g)) closure(used, found);
    return found;
}

/** Which page stands at which address, and the feature whose function makes it. */
function pages() {
    const routes = read('app/src/routes.rs');
    const homes = new Map();
    for (const [, feature, names] of routes.matchAll(/^use crate::(\w+)(?:::\w+)*::\{?([^;}]+)\}?;/gm)) {
        for (const name of names.split(',')) homes.set(name.trim(), feature);
    }
    const makers = new Map([...routes.matchAll(/Page::(\w+)[^=\n]*=> (?:Box::pin\()?(\w+)\(/g)].map(([, page, by]) => [page, homes.get(by)]));
    const table = read('app/src/page.rs').matchAll(/^    (\w+)(?: \{ [\w, ]+ \})? = \[(.*)\];$/gm);
    return [...table].map(([, page, parts]) => {
        const words = parts.split(',').map((part) => part.trim()).filter(Boolean);
        const pattern = words.map((part) => (part.startsWith('"') ? part.slice(1, -1) : '[^/]+'));
        return { pattern: new RegExp(`^${pattern.map((part) => `/${part}`).join('')}$`), feature: makers.get(page) };
    });
}

const all = pages();

/** The features that make the page at an address without its language; none where the address leads nowhere. */
export function featuresOf(address) {
    const page = all.find(({ pattern }) => pattern.test(address.split('?')[0]));
    return page ? [...closure(page.feature)] : [];
}

/** The features that these paths belong to; undefined where any of them is everybody's. */
export function featuresIn(paths) {
    const found = new Set();
    for (const path of paths) {
        const [, feature] = /^app\/src\/(\w+)\//.exec(path) ?? [];
        const [, words] = /^app\/locales\/\w+\/(\w+)\.toml$/.exec(path) ?? [];
        const users = [...sources.keys()].filter((name) => words && sources.get(name).includes(`.${words}_`));
        if (features.includes(feature)) found.add(feature);
        else if (users.length > 0) users.forEach((name) => found.add(name));
        else if (EVERYWHERE.some((start) => path.startsWith(start))) found.add('');
    }
    return found.has('') ? undefined : found;
}

const touched = changed && featuresIn(changed);

/** Whether what makes the page at this address has changed, as far as anybody knows. */
export function hasChanged(address) {
    return !touched || featuresOf(address).some((feature) => touched.has(feature));
}

/** A number that an address always has (FNV-1a). */
function hash(text) {
    let bits = 0x811c9dc5;
    for (const byte of Buffer.from(text)) bits = Math.imul(bits ^ byte, 0x01000193) >>> 0;
    return bits;
}

/** All of them where the page has changed, else every fourth, beginning somewhere that the address decides. */
export function chosen(address, combinations) {
    if (isFull || hasChanged(address)) return combinations;
    return combinations.filter((_, at) => at % 4 === hash(address) % 4);
}

/** Says what was chosen, once before all tests. */
export default function say() {
    if (isFull) return console.log('accessibility: every page in every combination');
    if (!touched) return console.log('accessibility: every page in twelve combinations');
    console.log(`accessibility: twelve combinations for pages of ${[...touched].join(', ') || 'no feature'}, three for others`);
}
