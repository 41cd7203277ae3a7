/** The lease by which one process at a time runs the sync of a source, and how a dead holder is recognised. */
import type { SyncRun } from './sync-run.ts';

/** How long a run outlives the last sign of life of its process. */
const SYNC_LEASE_MS = 15_000;

/** The process that holds a run, as it names itself. */
export interface Holder {
  /** The space in which `pid` means one process; see process-space.ts. */
  readonly hostname: string;
  readonly pid: number;
  /** Drawn anew at every start, because a process id may come back. */
  readonly instanceId: string;
}

/** `hostname:pid:instanceId` */
export function formatHolder(holder: Holder): string {
  return `${holder.hostname}:${holder.pid}:${holder.instanceId}`;
}

export function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + SYNC_LEASE_MS);
}

/** Whether a running run is still in hands: its lease runs, and its holder is not known to be gone. */
export function isHeld(
  run: Pick<SyncRun, 'holder' | 'leaseExpiresAt'>,
  now: Date,
  self: Holder,
  processAlive: (pid: number) => boolean,
): boolean {
  if (run.leaseExpiresAt <= now) return false;
  const holder = parseHolder(run.holder);
  // Only a process of this space can be looked for; of others the lease alone tells.
  if (holder.hostname !== self.hostname) return true;
  if (holder.pid === self.pid) return holder.instanceId === self.instanceId;
  return processAlive(holder.pid);
}

/** Read from the right: a host name may hold colons, the rest does not. */
function parseHolder(text: string): Holder {
  const parts = text.split(':');
  const instanceId = parts.pop() ?? '';
  const pid = Number(parts.pop());
  return { hostname: parts.join(':'), pid, instanceId };
}
