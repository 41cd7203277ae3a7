/** A server under measure: a process of its own that serves the made-up company over LDAPS on loopback. */
import { readFile } from 'node:fs/promises';

export interface Served {
  readonly name: 'slapd' | 'roster' | 'ldapjs';
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Processor seconds that a process and its children have used so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  return sumOf(pid, async (each) => {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8');
    // After the name in parentheses: utime and stime are fields 14 and 15 of proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });
}

/** Resident bytes of a process and its children. */
export async function residentBytes(pid: number): Promise<number> {
  return sumOf(pid, async (each) => {
    const status = await readFile(`/proc/${each}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  });
}

async function sumOf(pid: number, measure: (pid: number) => Promise<number>): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const sums = children
    .split(' ')
    .filter((child) => child !== '')
    .map((child) => sumOf(Number(child), measure));
  return (await Promise.all([measure(pid), ...sums])).reduce((sum, part) => sum + part, 0);
}
