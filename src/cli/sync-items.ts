/** Prints what a sync did or would do, entry by entry. */
import type { SyncChange, SyncItem } from '../core/model/sync-run.ts';
import { counted, printLine, type Terminal } from './terminal.ts';

const WORDS: Readonly<Record<SyncItem['action'], string>> = {
  create: 'create',
  update: 'change',
  suspend: 'suspend',
  restore: 'restore',
  delete: 'delete',
  adopt: 'take over',
  members: 'members of',
};

/** One line per entry, and one below it per change; `total` may be more than the items. */
export function printItems(terminal: Terminal, items: readonly SyncItem[], total: number): void {
  for (const item of items) {
    printLine(terminal, `${WORDS[item.action]} ${item.kind} ${item.name} (${item.dn})`);
    for (const change of item.changes) printLine(terminal, `  ${changeText(change)}`);
    if (item.moreChanges > 0) printLine(terminal, `  and ${counted(item.moreChanges, 'further change')}`);
  }
  if (total > items.length) printLine(terminal, `and ${counted(total - items.length, 'further step')}`);
}

function changeText({ field, from, to }: SyncChange): string {
  if (field === 'members') return to === null ? `- ${from}` : `+ ${to}`;
  if (from === null) return `${field}: ${to}`;
  return `${field}: ${from} -> ${to ?? '(none)'}`;
}
