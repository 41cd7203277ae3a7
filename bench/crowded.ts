/** How late searches are while one client lists everything in a loop and first sign-ins queue. */
import { type Generator, startGenerator } from './generators.ts';
import type { Load, Tally } from './load.ts';
import { messages } from './requests.ts';
import { signInOperations, type Work } from './works.ts';

export interface Crowded {
  readonly quietP99Us: number;
  readonly crowdedP99Us: number;
  /** Sign-ins that were let in, refused as busy (51), or neither while it was measured. */
  readonly signedIn: number;
  readonly busy: number;
  readonly lost: number;
}

export interface CrowdedOptions {
  readonly port: number;
  readonly caPem: string;
  readonly generator: Generator;
  readonly search: Work;
  readonly listing: Work;
  /** The number of the first person who signs in, and how many do, all at once. */
  readonly firstPerson: number;
  readonly signIns: number;
  readonly measureMs: number;
}

const WARM_UP_MS = 500;

export async function measureCrowded(options: CrowdedOptions): Promise<Crowded> {
  const { port, caPem, generator, search, listing, signIns, measureMs } = options;
  const to = { port, caPem, warmUpMs: WARM_UP_MS, measureMs };
  const quiet = await generator.run({ ...search.load, ...to });
  const [lister, signer] = [startGenerator(), startGenerator()];
  const crowd: Load = {
    ...to,
    mode: 'once',
    connections: signIns,
    window: 1,
    bind: null,
    requests: messages(signInOperations(options.firstPerson, signIns)),
    warmUpMs: 0,
  };
  const [searched, , signedIn] = await Promise.all([
    generator.run({ ...search.load, ...to }),
    lister.run({ ...listing.load, ...to }),
    signer.run(crowd),
  ]);
  for (const each of [lister, signer]) each.stop();
  return outcome(quiet, searched, signedIn);
}

function outcome(quiet: Tally, searched: Tally, signedIn: Tally): Crowded {
  const refused = Object.values(signedIn.failures).reduce((sum, count) => sum + count, 0);
  return {
    quietP99Us: quiet.latencyUs?.p99 ?? 0,
    crowdedP99Us: searched.latencyUs?.p99 ?? 0,
    signedIn: signedIn.doneInAll - refused,
    busy: signedIn.failures[51] ?? 0,
    lost: searched.lost + signedIn.lost,
  };
}
