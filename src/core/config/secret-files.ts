/** The secrets that Roster makes for itself, kept in files of the data directory that nobody else may read. */
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_KEY_BYTES } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { makeDirectory } from '../make-directory.ts';
import type { Config } from './config.ts';
import { API_TOKEN, secretKeyOf } from './options.ts';

export const SECRET_KEY_FILE = 'secret.key';
export const API_TOKEN_FILE = 'api-token';
const API_TOKEN_BYTES = 32;
const DRAFT_SUFFIX_BYTES = 8;
export const WRITABLE_BY_OTHERS = 0o022;
export const OPEN_TO_OTHERS = 0o077;

export interface SecretFilesDependencies {
  readonly log: Pick<Logger, 'warn'>;
  /** Random bytes, as node:crypto's randomBytes. */
  readonly random: (bytes: number) => Buffer;
}

export interface ApiToken {
  readonly token: string;
  /** Where it is kept; null where the configuration gave it. */
  readonly file: string | null;
}

/**
 * The key of the configuration, or else of the data directory, made when missing. Warns of a file that others can
 * reach. Throws DirectoryError 'invalid' naming the path that cannot be used.
 */
export async function loadSecretKey(
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  dependencies: SecretFilesDependencies,
): Promise<Buffer> {
  if (config.secretKey !== null) return config.secretKey;
  const newKey = () => dependencies.random(SECRET_KEY_BYTES).toString('base64');
  const key = secretKeyOf(await kept(config.dataDir, SECRET_KEY_FILE, newKey, dependencies));
  if (key === null) throw unfit(config, SECRET_KEY_FILE, `${SECRET_KEY_BYTES} bytes in base64`);
  return key;
}

/** The key of the configuration, or else of the data directory; null: there is none. Throws as loadSecretKey. */
export async function presentSecretKey(
  config: Pick<Config, 'dataDir' | 'secretKey'>,
): Promise<Buffer | null> {
  if (config.secretKey !== null) return config.secretKey;
  const path = join(config.dataDir, SECRET_KEY_FILE);
  const text = await naming(path, () => unlessMissing(readFile(path, 'utf8')));
  if (text === null) return null;
  const key = secretKeyOf(text.trim());
  if (key === null) throw unfit(config, SECRET_KEY_FILE, `${SECRET_KEY_BYTES} bytes in base64`);
  return key;
}

/** Makes the key that of the data directory, which has none yet. */
export async function keepSecretKey(
  dataDir: string,
  key: Buffer,
  dependencies: SecretFilesDependencies,
): Promise<void> {
  await kept(dataDir, SECRET_KEY_FILE, () => key.toString('base64'), dependencies);
}

/** As loadSecretKey, for the token of the HTTP API. */
export async function loadApiToken(
  config: Pick<Config, 'dataDir' | 'apiToken'>,
  dependencies: SecretFilesDependencies,
): Promise<ApiToken> {
  const { dataDir, apiToken } = config;
  if (apiToken !== null) return { token: apiToken, file: null };
  const newToken = () => dependencies.random(API_TOKEN_BYTES).toString('base64url');
  const token = await kept(dataDir, API_TOKEN_FILE, newToken, dependencies);
  if (!API_TOKEN.test(token)) throw unfit(config, API_TOKEN_FILE, 'a token without blanks');
  return { token, file: join(dataDir, API_TOKEN_FILE) };
}

/** Warns where others can write the data directory; says nothing where there is none. */
export async function warnOfDataDir(dataDir: string, log: Pick<Logger, 'warn'>): Promise<void> {
  await warnOfMode(dataDir, WRITABLE_BY_OTHERS, 'can be written by others: chmod go-w it', log);
}

async function kept(
  dataDir: string,
  name: string,
  create: () => string,
  { log, random }: SecretFilesDependencies,
): Promise<string> {
  await naming(dataDir, () => makeDirectory(dataDir, 0o700));
  const path = join(dataDir, name);
  const draft = `${path}.${random(DRAFT_SUFFIX_BYTES).toString('hex')}`;
  const text = await naming(path, () => readOrCreate(path, draft, create));
  await warnOfMode(path, OPEN_TO_OTHERS, 'can be reached by others: chmod it to 0600', log);
  return text;
}

function unfit({ dataDir }: Pick<Config, 'dataDir'>, name: string, wanted: string): DirectoryError {
  return new DirectoryError('invalid', `${join(dataDir, name)} must hold ${wanted}: restore or remove it.`);
}

async function readOrCreate(path: string, draft: string, create: () => string): Promise<string> {
  const existing = await unlessMissing(readFile(path, 'utf8'));
  if (existing !== null) return existing.trim();
  await writeOnce(path, draft, `${create()}\n`);
  return (await readFile(path, 'utf8')).trim();
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
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
  const found = await naming(path, () => unlessMissing(stat(path)));
  if (found === null || (found.mode & forbidden) === 0) return;
  log.warn({ mode: (found.mode & 0o777).toString(8) }, `${path} ${sentence}.`);
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
