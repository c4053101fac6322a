// A real mail server: what is captured in the demo world leaves from any other one.
import { expect, test as base } from '@playwright/test';
import { SMTPServer } from 'smtp-server';
import { startServer } from '../server.mjs';

type Mail = { from: string; to: string[]; body: string };

const test = base.extend<{ inbox: { port: number; mails: Mail[] } }>({
    inbox: async ({ browserName: _ }, use) => {
        const mails: Mail[] = [];
        const server = new SMTPServer({
            authOptional: true,
            disabledCommands: ['STARTTLS'],
            onData(stream, session, done) {
                let body = '';
                stream.on('data', (chunk: Buffer) => (body += chunk));
                stream.on('end', () => {
                    const { mailFrom, rcptTo } = session.envelope;
                    mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map((one) => one.address), body });
                    done();
                });
            },
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const address = server.server.address();
        await use({ port: typeof address === 'object' && address ? address.port : 0, mails });
        await new Promise<void>((resolve) => server.close(() => resolve()));
    },
});

test('a new installation mails link and code, and they sign in', async ({ page, inbox }) => {
    const server = await startServer({
        demo: false,
        args: ['--smtp-url', `smtp://127.0.0.1:${inbox.port}`, '--mail-from', 'Multitude <hello@multitude.example>'],
    });
    try {
        await page.goto(`${server.url}/en/sign-in`);
        await page.getByLabel('Email').fill('lea@example.ch');
        await page.getByRole('button', { name: 'Send link and code' }).click();
        await expect.poll(() => inbox.mails.length).toBe(1);
        const [mail] = inbox.mails;
        expect([mail.from, mail.to]).toEqual(['hello@multitude.example', ['lea@example.ch']]);
        expect(mail.body).toContain('Auto-Submitted: auto-generated');
        expect(mail.body).toContain('Subject: Your sign-in link (15 minutes)');
        expect(mail.body).toMatch(/multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html/);
        const code = /^\s*(\d{6})\s*$/m.exec(mail.body)?.[1] ?? 'no code';
        await page.getByLabel('Six-digit code').fill(code);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.locator('h1')).toHaveText('My pledges');
        expect((await page.goto(`${server.url}/en/demo`))?.status(), 'no demo here').toBe(404);
    } finally {
        await server.stop();
    }
});
