/** What a plan takes away, as words to compare plans by: a person confirms these, and nothing beyond them. */
import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';
import type { PlannedStep } from './plan-steps.ts';

/** Hexadecimal digits of a word: 64 bits tell the ids of one directory apart. */
const WORD_LENGTH = 16;

/** One word for each user or group suspended, deleted or taken over and each membership removed, in a fixed order. */
export function removalsOf({ stages }: Plan): readonly string[] {
  const removals = stages.flatMap(({ steps }) => steps.flatMap(removalsOfStep));
  return removals.map(wordOf).sort();
}

/** Whether a plan takes away what was confirmed, or less. */
export function isCovered(plan: Plan, confirmed: readonly string[]): boolean {
  const known = new Set(confirmed);
  return removalsOf(plan).every((word) => known.has(word));
}

/** Ids alone: a plan made anew names the same entries. */
function removalsOfStep({ step, counts }: PlannedStep): readonly string[] {
  if (step.type === 'remove-members') return step.memberIds.map((id) => `member ${step.groupId} ${id}`);
  if (step.type === 'delete-user' || step.type === 'delete-group') return [`delete ${step.id}`];
  if (step.type === 'adopt-user' || step.type === 'adopt-group') return [`adopt ${step.id}`];
  const suspends = (counts.usersDisabled ?? 0) + (counts.groupsSuspended ?? 0) > 0;
  return suspends && 'id' in step ? [`suspend ${step.id}`] : [];
}

function wordOf(removal: string): string {
  return createHash('sha256').update(removal).digest('hex').slice(0, WORD_LENGTH);
}
