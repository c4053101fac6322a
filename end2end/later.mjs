// Pages that only time makes: a campaign of the demo world has collected too little, another has been paid.
import { setTimeout as pause } from 'node:timers/promises';

const SHORT = 'schattenplan-bahnhofplatz';
const PAID = 'the-spare-part-library';
const DAY = 86_400;
const WITHIN_MS = 30_000;

/** Their names, and what their addresses look like after the language. */
export const LATER = {
    deliver: `/c/${SHORT}/deliver`,
    'short-campaign': `/c/${SHORT}`,
    'paid-receipt': '/p/token',
    address: '/p/token/address',
};

/** Sends a body; what is not answered with 2xx or 3xx is an error. */
async function post(url, body, headers = {}) {
    const init = { method: 'POST', body, headers, redirect: 'manual' };
    const answer = await fetch(url, init);
    if (answer.status >= 400) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return answer;
}

const json = { 'content-type': 'application/json' };

/** Places a pledge and says where its receipt is, without its language. */
async function pledge(url, slug, wish) {
    const body = JSON.stringify({ name: 'Jürg Zurbriggen-Oberhänsli', ...wish });
    const key = { ...json, 'idempotency-key': crypto.randomUUID() };
    const placed = await (await post(`${url}/api/v1/campaigns/${slug}/pledges`, body, key)).json();
    return new URL(placed.receipt_url).pathname.slice('/xx'.length);
}

/** Asks for a page until it says what is waited for. */
async function until(url, cookie, says) {
    for (const end = Date.now() + WITHIN_MS; Date.now() < end; await pause(200)) {
        const answer = await fetch(url, { headers: { cookie } });
        if (answer.ok && says.test(await answer.text())) return;
    }
    throw new Error(`${url} does not say ${says}`);
}

/** Moves this server's clock until both are as they are to be. Resolves to who looks, and where, by name. */
export async function makeLater(url) {
    const failing = { amount_minor: 450_000, currency: 'CHF', payment: { method: 'card', token: 'charge_declined' } };
    for (const n of [1, 2]) await pledge(url, SHORT, { ...failing, email: `short-${n}@example.ch` });
    const { rewards } = await (await fetch(`${url}/api/v1/campaigns/${PAID}`)).json();
    const reward = rewards.find((one) => one.price_minor === 25_000);
    const receipt = await pledge(url, PAID, {
        amount_minor: 25_000,
        currency: 'EUR',
        reward_id: reward.id,
        region: 'CH',
        email: 'paid@example.ch',
        payment: { method: 'card', token: 'ok' },
    });
    const entered = await post(`${url}/demo/enter`, new URLSearchParams({ role: 'creator', lang: 'en' }));
    const [name, value] = entered.headers.getSetCookie()[0].split(';')[0].split('=');
    const cookie = `${name}=${value}`;
    const on = (days) => post(`${url}/demo/clock`, JSON.stringify({ advance_seconds: days * DAY }), json);
    await on(10);
    await until(`${url}/en${receipt}`, '', /\/address"/);
    await until(`${url}/en/c/${SHORT}`, '', /Collecting/);
    await on(8);
    await until(`${url}/en/c/${SHORT}/deliver`, cookie, /<form method="post"/);
    return {
        cookies: [{ name, value, url }],
        addresses: {
            deliver: `/c/${SHORT}/deliver`,
            'short-campaign': `/c/${SHORT}`,
            'paid-receipt': receipt,
            address: `${receipt}/address`,
        },
    };
}
