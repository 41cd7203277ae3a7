/** Options of `roster sources add` and `edit` that say what a sync does with what it finds: docs/connector.md. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  CONFLICTS,
  DEFAULT_POLICY,
  GONE_GROUPS,
  LOCAL_MEMBERS,
  REMOVALS,
  type SyncPolicy,
} from '../core/model/sync-policy.ts';

export interface PolicyOptions extends Partial<Omit<SyncPolicy, 'removalGraceDays'>> {
  readonly graceDays?: number;
}

export function addPolicyOptions(command: Command): Command {
  const { removalGraceDays, precedence, guardPercent, guardMinimum } = DEFAULT_POLICY;
  return command
    .addOption(
      new Option(
        '--removal <policy>',
        'who is gone upstream is disabled, and with "delete" deleted after the days of grace',
      ).choices(REMOVALS),
    )
    .option(
      '--grace-days <days>',
      `from being disabled to being deleted (default: ${removalGraceDays})`,
      whole,
    )
    .addOption(
      new Option('--gone-groups <policy>', 'groups gone upstream are kept, or emptied and removed').choices(
        GONE_GROUPS,
      ),
    )
    .addOption(
      new Option('--local-members <policy>', 'members added here to imported groups').choices(LOCAL_MEMBERS),
    )
    .addOption(
      new Option(
        '--conflicts <policy>',
        'a username that a local user has; "link": taken over where the e-mail address is the same',
      ).choices(CONFLICTS),
    )
    .option(
      '--precedence <number>',
      `higher: takes names from sources of lower (default: ${precedence})`,
      whole,
    )
    .option(
      '--guard-percent <percent>',
      `a sync that takes more away is paused (default: ${guardPercent})`,
      whole,
    )
    .option('--guard-minimum <number>', `if it is at least so many (default: ${guardMinimum})`, whole);
}

/** The given ones. */
export function policyOf(options: PolicyOptions): { policy?: Partial<SyncPolicy> } {
  const { removal, graceDays, goneGroups, localMembers } = options;
  const { conflicts, precedence, guardPercent, guardMinimum } = options;
  const policy = {
    ...(removal !== undefined && { removal }),
    ...(graceDays !== undefined && { removalGraceDays: graceDays }),
    ...(goneGroups !== undefined && { goneGroups }),
    ...(localMembers !== undefined && { localMembers }),
    ...(conflicts !== undefined && { conflicts }),
    ...(precedence !== undefined && { precedence }),
    ...(guardPercent !== undefined && { guardPercent }),
    ...(guardMinimum !== undefined && { guardMinimum }),
  };
  return Object.keys(policy).length === 0 ? {} : { policy };
}

/** For `sources show`. */
export function policyFields(policy: SyncPolicy): Record<string, string> {
  const { removal, removalGraceDays, goneGroups, localMembers } = policy;
  const { conflicts, precedence, guardPercent, guardMinimum } = policy;
  const days = `after ${removalGraceDays} days`;
  return {
    'Users gone': removal === 'delete' ? `disabled, deleted ${days}` : 'disabled',
    'Groups gone': goneGroups === 'remove' ? `emptied, deleted ${days}` : 'kept',
    'Local members': localMembers === 'remove' ? 'removed' : 'kept',
    'Names of local users': conflicts === 'link' ? 'linked' : 'reported',
    Precedence: String(precedence),
    'Paused from': `${guardPercent} % and ${guardMinimum}`,
  };
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
