/** What the mails say by which people choose a password. */
import type { Mail } from '../mail/mailer.ts';
import type { LinkKind } from '../model/extra-credentials.ts';
import type { User } from '../model/user.ts';

export function letterOf(kind: LinkKind, { displayName, username }: User, url: string): Omit<Mail, 'to'> {
  const { subject, why, otherwise } = LETTERS[kind];
  const lines = [`Hello ${displayName},`, why, url, 'The link works once, within a day.', otherwise];
  return { subject, text: `${lines.join('\n\n').replace('{username}', username)}\n` };
}

const LETTERS: Readonly<Record<LinkKind, { subject: string; why: string; otherwise: string }>> = {
  reset: {
    subject: 'Choose a new password',
    why: 'somebody, probably you, asked for a new password of your account {username}. Choose it here:',
    otherwise: 'If it was not you, do nothing: your password stays as it is.',
  },
  invitation: {
    subject: 'Your account is ready',
    why: 'an account {username} was made for you. Choose your password here:',
    otherwise: 'If you do not know what this is about, do nothing.',
  },
};
