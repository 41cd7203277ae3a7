/** Looks at the data directory and the secrets in it, without changing anything. */
import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../model/finding.ts';
import type { Config } from './config.ts';
import { API_TOKEN_FILE, OPEN_TO_OTHERS, SECRET_KEY_FILE, WRITABLE_BY_OTHERS } from './secret-files.ts';

/** `isComplete`: everything is there that a start makes, so that opening the directory makes nothing new. */
export async function examineDataDir(
  config: Pick<Config, 'dataDir' | 'secretKey' | 'apiToken'>,
): Promise<{ readonly findings: readonly Finding[]; readonly isComplete: boolean }> {
  const { dataDir } = config;
  const mode = await modeOf(dataDir);
  if (mode === null) {
    const sentence = `The data directory ${dataDir} is not there yet; the first start makes it.`;
    return { findings: [finding('warning', sentence)], isComplete: false };
  }
  const findings = [await examineFolder(dataDir, mode)];
  const needed = [
    ...(config.secretKey === null ? [SECRET_KEY_FILE] : []),
    ...(config.apiToken === null ? [API_TOKEN_FILE] : []),
  ];
  for (const name of needed) findings.push(await examineSecret(join(dataDir, name)));
  const modes = await Promise.all(needed.map((name) => modeOf(join(dataDir, name))));
  return { findings, isComplete: !modes.includes(null) };
}

async function examineFolder(dataDir: string, mode: number): Promise<Finding> {
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return finding('wrong', `The data directory ${dataDir} cannot be written: mend its owner and mode.`);
  }
  return (mode & WRITABLE_BY_OTHERS) === 0
    ? finding('well', `The data directory ${dataDir} is writable by its owner alone.`)
    : finding('wrong', `The data directory ${dataDir} can be written by others: chmod go-w it.`);
}

async function examineSecret(path: string): Promise<Finding> {
  const mode = await modeOf(path);
  if (mode === null) return finding('warning', `${path} is not there yet; the next start makes it.`);
  return (mode & OPEN_TO_OTHERS) === 0
    ? finding('well', `${path} is for its owner alone.`)
    : finding('wrong', `${path} can be reached by others: chmod it to 0600, and replace the secret in it.`);
}

/** null: there is nothing. */
async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode;
  } catch {
    return null;
  }
}

function finding(state: Finding['state'], sentence: string): Finding {
  return { subject: 'data directory', state, sentence };
}
