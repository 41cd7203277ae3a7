/** Sends mail through a mail server (SMTP, RFC 5321), over TLS unless that server is this machine. */
import type { Transporter } from 'nodemailer';
import { DirectoryError } from '../errors.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** Throws DirectoryError 'unavailable' where the server does not take it. */
  send(mail: Mail): Promise<void>;
}

export interface MailerOptions {
  /** smtp://, which is upgraded by STARTTLS, or smtps://; with user and password where they are asked for. */
  readonly url: string;
  readonly from: string;
}

const TIMEOUT_MS = 20_000;
const LOOPBACK = /^(127\.[\d.]+|\[?::1\]?|localhost)$/;

export function createMailer({ url, from }: MailerOptions): Mailer {
  const { hostname } = new URL(url);
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  let transport: Promise<Transporter> | null = null;

  /** Loaded with the first mail: commands that send none start sooner. */
  async function open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const safety = { requireTLS: !LOOPBACK.test(hostname), disableFileAccess: true, disableUrlAccess: true };
    return createTransport({ url, ...safety, ...timeouts });
  }

  return {
    async send({ to, subject, text }) {
      try {
        transport ??= open();
        // As an object: a text with a comma would be two addresses.
        await (await transport).sendMail({ from, to: { name: '', address: to }, subject, text });
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : 'it does not answer';
        throw new DirectoryError(
          'unavailable',
          `The mail server ${hostname} did not take the mail: ${why}.`,
          {
            cause,
          },
        );
      }
    },
  };
}
