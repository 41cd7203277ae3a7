/** Says whether the external authority can be asked. */
import type { ExternalAuthorityKeeper } from '../core/directory/external-authority.ts';
import type { Finding } from '../core/model/finding.ts';
import { post } from './post.ts';
import { reasonOf } from './reason.ts';

/** As it refuses somebody, or a request that names nobody. */
const REFUSALS: readonly number[] = [400, 401, 422];

/** Asks about nobody, by an empty name: that is to be refused. */
export async function examineAuthority({
  access,
}: Pick<ExternalAuthorityKeeper, 'access'>): Promise<readonly Finding[]> {
  const there = await access().catch((error: unknown) => failed('The external authority', error));
  if (there === null) return [];
  if ('state' in there) return [there];
  const subject = `The external authority ${there.url}`;
  try {
    const { status } = await post(there, { username: '', password: '' });
    if (!REFUSALS.includes(status)) throw new Error(`status ${status} for an empty name and password`);
    return [
      { subject: 'authority', state: 'well', sentence: `${subject} answers; people are managed there.` },
    ];
  } catch (error) {
    return [failed(subject, error)];
  }
}

function failed(what: string, error: unknown): Finding {
  const sentence = `${what} cannot be asked (${reasonOf(error)}): only who has a password here or at a source can sign in.`;
  return { subject: 'authority', state: 'wrong', sentence };
}
