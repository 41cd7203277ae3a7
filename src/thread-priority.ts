/** Lets the threads that answer searches go before the one that calls this, where processors are short. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/** On Linux alone, which gives each thread a priority of its own; elsewhere it would be that of the whole process. */
export function giveWayToOtherThreads(): void {
  try {
    setPriority(
      Number(basename(readlinkSync('/proc/thread-self'))),
      constants.priority.PRIORITY_BELOW_NORMAL,
    );
  } catch {
    // No Linux, or it may not be done here: then it competes like others.
  }
}
