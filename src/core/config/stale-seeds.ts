/** Says where the configuration gives a first value that is not the one in force: the database keeps what people set. */
import type { Passwords } from '../credentials/passwords.ts';
import type { Settings } from '../model/settings.ts';
import type { Config } from './config.ts';

/** One sentence for each, without secrets. */
export async function staleSeeds(
  { allow, allowGiven, bindPassword }: Pick<Config, 'allow' | 'allowGiven' | 'bindPassword'>,
  settings: Pick<Settings, 'allow' | 'bindPasswordHash'>,
  passwords: Pick<Passwords, 'verify'>,
): Promise<readonly string[]> {
  const sameAllow = !allowGiven || isSame(allow, settings.allow);
  const samePassword =
    bindPassword === null || (await passwords.verify(bindPassword, settings.bindPasswordHash));
  return [
    ...(sameAllow ? [] : [stale('ROSTER_ALLOW', 'allow-list', `allow ${allow.join(' ') || '--none'}`)]),
    ...(samePassword ? [] : [stale('ROSTER_BIND_PASSWORD', 'bind password', 'bind-password')]),
  ];
}

function stale(option: string, noun: string, command: string): string {
  return `${option} is not the ${noun} in force, since it counts at the first start alone: roster settings set ${command} changes it.`;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.every((entry) => others.includes(entry)) && others.every((entry) => some.includes(entry));
}
