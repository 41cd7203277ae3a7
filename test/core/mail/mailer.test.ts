import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { createMailer } from '../../../src/core/mail/mailer.ts';

const FROM = 'roster@example.org';
const MAIL = { to: 'jane@example.org', subject: 'Grüße', text: 'Hello Jane Doe,\n\nhttps://example.org/x\n' };

let server: SMTPServer | null = null;
const received: { readonly to: readonly string[]; readonly text: string }[] = [];

afterEach(async () => {
  received.length = 0;
  const open = server;
  server = null;
  if (open !== null) await new Promise<void>((resolve) => open.close(resolve));
});

/** The URL of a mail server that takes everything. */
async function startServer(options: SMTPServerOptions): Promise<string> {
  const smtp = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ to, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
    ...options,
  });
  server = smtp;
  // Clients that go away are what is tested.
  smtp.on('error', () => undefined);
  const listener = smtp.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

test('a mail reaches a server on this machine', async () => {
  const at = await startServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  await createMailer({ url: `smtp://${at}`, from: FROM }).send(MAIL);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ to: ['jane@example.org'] });
  expect(received[0]?.text).toMatch(/^From: roster@example\.org\r\nTo: jane@example\.org\r\n/m);
});

test('an address stays one, whatever stands in it', async () => {
  const at = await startServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const to = 'jane@example.org,mallory@example.com';
  await createMailer({ url: `smtp://${at}`, from: FROM })
    .send({ ...MAIL, to })
    .catch(() => undefined);
  for (const mail of received) expect(mail.to).toHaveLength(1);
});

test('a certificate that nobody vouches for is not trusted', async () => {
  const at = await startServer({ secure: true });
  await expect(createMailer({ url: `smtps://${at}`, from: FROM }).send(MAIL)).rejects.toMatchObject({
    ...{
      code: 'unavailable',
      message: expect.stringMatching(/^The mail server 127\.0\.0\.1 did not take the mail: /),
    },
  });
  expect(received).toEqual([]);
});

test('a server that is not there, or wants other credentials, is told without the password', async () => {
  const at = await startServer({
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => done(new Error('Who are you?')),
  });
  for (const url of [`smtp://jane:secret-of-mail@${at}`, 'smtp://jane:secret-of-mail@127.0.0.1:1']) {
    const error: unknown = await createMailer({ url, from: FROM })
      .send(MAIL)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).not.toContain('secret-of-mail');
  }
});
