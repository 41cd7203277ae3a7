/** Estimates by zxcvbn how soon a password is guessed. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export interface Estimate {
  /** 0 (guessed at once) to 4 (by nobody). */
  readonly score: number;
  /** A sentence; null: there is no special reason. */
  readonly warning: string | null;
}

/** `words`: of the person, in lower case. */
export type EstimateStrength = (password: string, words: readonly string[]) => Promise<Estimate>;

/** Longer ones are judged by their beginning: with these two a check takes at most some 40 ms. */
const JUDGED_LENGTH_MAX = 32;
const SUBSTITUTIONS_MAX = 20;

let loaded: Promise<ZxcvbnFactory> | null = null;

/** Reads the dictionaries first, which stay: 70 MiB, and 0.2 s of the thread that does it. */
export const estimateHere: EstimateStrength = async (password, words) => {
  loaded ??= load();
  const { score, feedback } = (await loaded).check(password, [...words]);
  return { score, warning: feedback.warning };
};

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    maxLength: JUDGED_LENGTH_MAX,
    l33tMaxSubstitutions: SUBSTITUTIONS_MAX,
  });
}
