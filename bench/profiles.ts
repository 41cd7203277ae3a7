/** Tells where Roster's processor time goes: serves each work with a process of its own, which leaves a profile. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generator } from './generators.ts';
import { type Pace, warmUpAndMeasure } from './measure.ts';
import { startRoster } from './roster.ts';
import type { Work } from './works.ts';

/** Functions that are named for each work. */
const NAMED_MAX = 15;

export interface ProfileOptions {
  /** Of the Roster, filled. */
  readonly folder: string;
  readonly caPem: string;
  readonly generator: Generator;
  readonly pace: Pace;
  /** Where the profiles are left, in the format of the browser's developer tools. */
  readonly into: string;
}

/** Yields a page of text for each work. */
export async function* profileEach(works: readonly Work[], options: ProfileOptions): AsyncGenerator<string> {
  const { folder, into, ...bench } = options;
  for (const work of works) {
    const name = `${work.name}.cpuprofile`;
    const roster = await startRoster(folder, [
      '--cpu-prof',
      `--cpu-prof-dir=${into}`,
      `--cpu-prof-name=${name}`,
    ]);
    const begun = performance.now();
    await warmUpAndMeasure(work, roster, bench);
    // Without the start.
    const us = (performance.now() - begun) * 1000;
    await roster.stop();
    const profile = JSON.parse(await readFile(join(into, name), 'utf8')) as Profile;
    yield [`${work.name}: ${work.title}`, ...costliest(profile, us), ''].join('\n');
  }
}

/** As V8 writes it; times in microseconds. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
  readonly endTime: number;
}

/** The functions in which most time was spent, callees left out, with their shares of what was not idle in the last `us`. */
function costliest(
  { nodes, samples, timeDeltas, startTime, endTime }: Profile,
  us: number,
): readonly string[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [id, `${functionName} ${fileOf(url)}`]),
  );
  const times = new Map<string, number>();
  let at = startTime;
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    const name = names.get(id) ?? '';
    if (at >= endTime - us && !name.startsWith('(idle)')) times.set(name, (times.get(name) ?? 0) + delta);
  });
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, NAMED_MAX)
    .map(([name, time]) => `${((100 * time) / all).toFixed(1).padStart(6)} %  ${name}`);
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
