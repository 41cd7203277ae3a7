/** Says in a sentence what a sync did. */
import type { SyncCounters } from '../core/model/sync-run.ts';

export interface Outcome {
  readonly counters: SyncCounters;
  /** Sentences about the source as a whole. */
  readonly warnings: readonly string[];
  readonly ignoredMembers: number;
}

/** For example "Imported 1000 users and 50 groups." or "Nothing changed."; then what people should know. */
export function summaryOf({ counters, warnings, ignoredMembers }: Outcome): string {
  const sentences = [
    changesOf(counters),
    counters.usersSeen === 0
      ? 'The source lists nobody: check the base DN, the filter and the rights of the bind account.'
      : '',
    ignoredSentence(ignoredMembers),
    ...warnings,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function ignoredSentence(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? '1 member of a group is ignored, being no import here.'
    : `${count} members of groups are ignored, being no imports here.`;
}

function changesOf(counters: SyncCounters): string {
  const { usersCreated, groupsCreated } = counters;
  const others = OTHER_CHANGES.filter(([name]) => counters[name] > 0);
  if (usersCreated + groupsCreated > 0 && others.length === 0) {
    const created = [counted(usersCreated, 'user'), counted(groupsCreated, 'group')];
    return `Imported ${created.filter((text) => !text.startsWith('0 ')).join(' and ')}.`;
  }
  const changes = [
    ...(usersCreated > 0 ? [`${counted(usersCreated, 'user')} created`] : []),
    ...(groupsCreated > 0 ? [`${counted(groupsCreated, 'group')} created`] : []),
    ...(counters.membersAdded > 0 ? [`${counted(counters.membersAdded, 'membership')} added`] : []),
    ...others.map(([name, noun, verb]) => `${counted(counters[name], noun)} ${verb}`),
  ];
  return changes.length === 0 ? 'Nothing changed.' : `${changes.join(', ')}.`;
}

/** Beside what a first import does: create, and fill groups. */
const OTHER_CHANGES = [
  ['usersUpdated', 'user', 'updated'],
  ['usersDisabled', 'user', 'suspended'],
  ['usersEnabled', 'user', 'no longer suspended'],
  ['usersDeleted', 'user', 'deleted'],
  ['groupsUpdated', 'group', 'updated'],
  ['groupsSuspended', 'group', 'suspended'],
  ['groupsDeleted', 'group', 'deleted'],
  ['membersRemoved', 'membership', 'removed'],
] as const;

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
