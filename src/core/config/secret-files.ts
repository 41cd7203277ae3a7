/** The secrets that Roster makes for itself, kept in files of the data directory that nobody else may read. */
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_KEY_BYTES } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Config } from './config.ts';
import { API_TOKEN, secretKeyOf } from './options.ts';

const SECRET_KEY_FILE = 'secret.key';
const API_TOKEN_FILE = 'api-token';
const API_TOKEN_BYTES = 32;
const DRAFT_SUFFIX_BYTES = 8;
const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

export interface SecretFilesDependencies {
  readonly log: Pick<Logger, 'warn'>;
  /** Random bytes, as node:crypto's randomBytes. */
  readonly random: (bytes: number) => Buffer;
}

export interface Secrets {
  readonly secretKey: Buffer;
  readonly apiToken: string;
  /** Where the API token is kept; null where the configuration gave it. */
  readonly apiTokenFile: string | null;
}

/**
 * The secrets of the configuration, and where it gave none those of the data directory, made when missing. Warns of
 * files that others can reach. Throws DirectoryError 'invalid' naming the path that cannot be used.
 */
export async function loadSecrets(
  config: Pick<Config, 'dataDir' | 'secretKey' | 'apiToken'>,
  { log, random }: SecretFilesDependencies,
): Promise<Secrets> {
  await naming(config.dataDir, () => mkdir(config.dataDir, { recursive: true, mode: 0o700 }));
  await warnOfMode(config.dataDir, WRITABLE_BY_OTHERS, 'can be written by others: chmod go-w it', log);

  async function kept(name: string, create: () => string): Promise<string> {
    const path = join(config.dataDir, name);
    const draft = `${path}.${random(DRAFT_SUFFIX_BYTES).toString('hex')}`;
    const text = await naming(path, () => readOrCreate(path, draft, create));
    await warnOfMode(path, OPEN_TO_OTHERS, 'can be reached by others: chmod it to 0600', log);
    return text;
  }

  const newKey = () => random(SECRET_KEY_BYTES).toString('base64');
  const newToken = () => random(API_TOKEN_BYTES).toString('base64url');
  const secretKey = config.secretKey ?? secretKeyOf(await kept(SECRET_KEY_FILE, newKey));
  const apiToken = config.apiToken ?? (await kept(API_TOKEN_FILE, newToken));
  const apiTokenFile = config.apiToken === null ? join(config.dataDir, API_TOKEN_FILE) : null;
  if (secretKey === null) throw unfit(config, SECRET_KEY_FILE, `${SECRET_KEY_BYTES} bytes in base64`);
  if (!API_TOKEN.test(apiToken)) throw unfit(config, API_TOKEN_FILE, 'a token without blanks');
  return { secretKey, apiToken, apiTokenFile };
}

function unfit({ dataDir }: Pick<Config, 'dataDir'>, name: string, wanted: string): DirectoryError {
  return new DirectoryError('invalid', `${join(dataDir, name)} must hold ${wanted}: restore or remove it.`);
}

async function readOrCreate(path: string, draft: string, create: () => string): Promise<string> {
  const existing = await readIfThere(path);
  if (existing !== null) return existing;
  await writeOnce(path, draft, `${create()}\n`);
  return (await readFile(path, 'utf8')).trim();
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The file appears whole or not at all; of two processes that make it at once, the first wins. */
async function writeOnce(path: string, draft: string, text: string): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(draft);
  }
}

async function warnOfMode(path: string, forbidden: number, sentence: string, log: Pick<Logger, 'warn'>) {
  const { mode } = await naming(path, () => stat(path));
  if ((mode & forbidden) !== 0) log.warn({ mode: (mode & 0o777).toString(8) }, `${path} ${sentence}.`);
}

async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DirectoryError(
      'invalid',
      `${path} cannot be used (${codeOf(cause)}): mend its owner and mode, or name another place by ROSTER_DATA_DIR.`,
      { cause },
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
