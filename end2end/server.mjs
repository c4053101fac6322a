// Starts the server on a free port with a fresh world, the demo's unless told otherwise, and stops it again.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STARTS_WITHIN_MS = 30_000;

/** Resolves to `{ url, stop }`; `stop` ends the process and removes its data. */
export async function startServer({ demo = true, args: more = [] } = {}) {
    const binary = process.env.MULTITUDE_BIN;
    if (!binary) throw new Error('MULTITUDE_BIN must name the built server; `cargo xtask test` sets it');
    const data = mkdtempSync(join(tmpdir(), 'multitude-e2e-'));
    const args = ['serve', ...(demo ? ['--demo', '--rate-limits', 'off'] : []), '--addr', '127.0.0.1:0', '--data-dir', data, ...more];
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const url = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the server did not start:\n${log}`)), STARTS_WITHIN_MS);
        child.stderr.on('data', (chunk) => {
            log += chunk;
            const found = /serving on (http:\/\/[\d.:]+)/.exec(log);
            if (found) {
                clearTimeout(timer);
                resolve(found[1]);
            }
        });
        child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
    });
    const stop = () =>
        new Promise((resolve) => {
            child.on('exit', () => {
                rmSync(data, { recursive: true, force: true });
                resolve();
            });
            child.kill('SIGTERM');
        });
    return { url, stop };
}
