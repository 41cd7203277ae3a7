/** Tries a source step by step, to tell its operator what works, and shows the first people and groups. */
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';
import { bindReader, connectSource, sessionOf } from './ldap-source.ts';
import { presets } from './presets/index.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';

export interface SourceTestStep {
  readonly name: 'connect' | 'bind' | 'users' | 'groups';
  readonly ok: boolean;
  /** One sentence: what was found, or what to mend. */
  readonly message: string;
}

export interface SourceTest {
  readonly ok: boolean;
  /** As far as it got: nothing follows a step that failed. */
  readonly steps: readonly SourceTestStep[];
  readonly users: readonly UpstreamUser[];
  readonly groups: readonly UpstreamGroup[];
}

/** Entries that a test shows of each kind. */
const SAMPLE_SIZE = 3;
const PAGE_SIZE = 100;

/** Never throws for what is wrong with the source or the directory. */
export async function testSource(
  source: Source,
  bindPassword: () => string,
  signal: AbortSignal,
): Promise<SourceTest> {
  const steps: SourceTestStep[] = [];
  const users: UpstreamUser[] = [];
  const groups: UpstreamGroup[] = [];
  const passed = (name: SourceTestStep['name'], message: string) => steps.push({ name, ok: true, message });
  try {
    const connection = await connectSource(source, { signal });
    passed('connect', `Connected to ${source.url}.`);
    try {
      await bindReader(connection, source, bindPassword());
      passed('bind', `Bound as ${source.bindDn}.`);
      const session = sessionOf(connection, source, presets[source.preset], PAGE_SIZE);
      passed('users', await sample(session.users(), users, 'users', source.baseDn));
      if (source.syncGroups) {
        passed('groups', await sample(session.groups(), groups, 'groups', source.groupBaseDn));
      }
    } finally {
      connection.close();
    }
    return { ok: true, steps, users, groups };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const name = STEPS[steps.length] ?? 'groups';
    return { ok: false, steps: [...steps, { name, ok: false, message: error.message }], users, groups };
  }
}

const STEPS = ['connect', 'bind', 'users', 'groups'] as const;

/** Puts the first entries into `into`; the sentence says how many there are. */
async function sample<Item>(
  pages: AsyncIterable<readonly Item[]>,
  into: Item[],
  word: 'users' | 'groups',
  base: string,
): Promise<string> {
  for await (const page of pages) {
    if (page.length === 0) continue;
    into.push(...page.slice(0, SAMPLE_SIZE));
    return `Found ${page.length < PAGE_SIZE ? page.length : `at least ${PAGE_SIZE}`} ${word} below ${base}.`;
  }
  throw new DirectoryError(
    'invalid',
    `No ${word} were found below ${base}: check the base DN, the filter and the rights of the bind account.`,
    { field: word === 'users' ? 'filter' : 'groupFilter' },
  );
}
