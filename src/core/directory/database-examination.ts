/** Looks whether the database answers, and whether its feed of changes can be followed. */
import { DirectoryError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Store } from './store.ts';

/** For everything committed so far to be told. */
const CATCH_UP_MS = 5_000;

export async function examineDatabase(
  store: Pick<Store, 'ping' | 'readDirectory' | 'changes'>,
): Promise<readonly Finding[]> {
  try {
    await store.ping();
    const sequence = await store.readDirectory(NOWHERE);
    const answers = finding('well', 'The database answers, and its tables are those of this version.');
    return [answers, await examineFeed(store, sequence)];
  } catch (error) {
    if (error instanceof DirectoryError) return [finding('wrong', error.message)];
    throw error;
  }
}

async function examineFeed({ changes }: Pick<Store, 'changes'>, sequence: number): Promise<Finding> {
  const subscription = changes.follow(sequence, { changed: () => undefined, lost: () => undefined });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, CATCH_UP_MS, false);
  });
  const isInStep = await Promise.race([subscription.caughtUp().then(() => true), late]).catch(() => false);
  clearTimeout(timer);
  const { trouble } = subscription;
  await subscription.stop();
  return isInStep
    ? finding('well', `The feed of changes is in step, at change ${sequence}.`)
    : finding('wrong', trouble ?? `The feed of changes is not in step within ${CATCH_UP_MS / 1000} seconds.`);
}

const NOWHERE = {
  users: () => undefined,
  groups: () => undefined,
  memberships: () => undefined,
  applications: () => undefined,
};

function finding(state: Finding['state'], sentence: string): Finding {
  return { subject: 'database', state, sentence };
}
