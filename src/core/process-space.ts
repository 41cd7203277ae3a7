/** Names the space in which a process id means one process: a machine since its start, and there one container. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The same text means that ids may be compared; `otherwise` stands in where the system does not tell. A host name
 * alone is not enough: containers may share one, and all begin to count at 1.
 */
export function processSpace(otherwise: string): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()}/${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${hostname()}/${otherwise}`;
  }
}
