/** What the operator gave for each option: in the environment, in roster.yaml, in the files that hold secrets. */
import { join } from 'node:path';
import { parse, YAMLError } from 'yaml';
import { nearest } from './nearest.ts';
import { OPTION_NAMES, SECRET_OPTIONS } from './options.ts';

/** The disk, as far as the configuration needs it. */
export interface ConfigFiles {
  /** The text of the file, null where there is none; throws where it is there and cannot be read. */
  read(path: string): string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text given for an option, and the name under which the operator wrote it. */
export interface Given {
  readonly label: string;
  readonly text: string;
}

const CONFIG_FILE = 'roster.yaml';
const DEFAULT_DATA_DIR = './data';
const KNOWN_NAMES: readonly string[] = [...OPTION_NAMES, ...SECRET_OPTIONS.map((name) => `${name}_FILE`)];
const NAME_BY_KEY: ReadonlyMap<string, string> = new Map(KNOWN_NAMES.map((name) => [yamlKey(name), name]));
/** A variable this near to a known one is a misspelling; others with our prefix are somebody else's (Kubernetes sets some). */
const MISSPELLING_DISTANCE_MAX = 2;

/**
 * The given options by name: the environment wins over roster.yaml, which is looked for in the working directory, then
 * in the data directory. An empty variable counts as absent. What cannot be understood becomes a line of `problems`.
 */
export function givenOptions(
  env: Environment,
  files: ConfigFiles,
  problems: string[],
): ReadonlyMap<string, Given> {
  const fromEnvironment = environmentOptions(env, problems);
  const dataDir = fromEnvironment.get('ROSTER_DATA_DIR')?.text ?? DEFAULT_DATA_DIR;
  const fromFile = fileOptions([CONFIG_FILE, join(dataDir, CONFIG_FILE)], files, problems);
  readSecretFiles(fromEnvironment, files, problems);
  readSecretFiles(fromFile, files, problems);
  return new Map([...fromFile, ...fromEnvironment]);
}

function environmentOptions(env: Environment, problems: string[]): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, text] of Object.entries(env)) {
    if (KNOWN_NAMES.includes(name)) {
      if (text !== undefined && text !== '') given.set(name, { label: name, text });
    } else if (name.startsWith('ROSTER_')) {
      const meant = nearest(name, KNOWN_NAMES);
      if (meant.distance <= MISSPELLING_DISTANCE_MAX) problems.push(unknownOption(name, meant.name));
    }
  }
  return given;
}

/** The options of the first of these files that is there. */
function fileOptions(paths: readonly string[], files: ConfigFiles, problems: string[]): Map<string, Given> {
  for (const path of paths) {
    const text = readOrReport(path, path, files, problems);
    if (text !== null) return yamlOptions(path, text, problems);
  }
  return new Map();
}

function yamlOptions(path: string, text: string, problems: string[]): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [key, value] of Object.entries(yamlMapping(path, text, problems))) {
    const name = NAME_BY_KEY.get(key);
    const label = `${key} in ${path}`;
    const valueText = yamlText(value);
    if (name === undefined)
      problems.push(unknownOption(label, nearest(yamlKey(key), [...NAME_BY_KEY.keys()]).name));
    else if (valueText === null) problems.push(`${label} must be one value or a list of values.`);
    else given.set(name, { label, text: valueText });
  }
  return given;
}

function yamlMapping(path: string, text: string, problems: string[]): object {
  try {
    // The failsafe schema guesses no types: every scalar stays the text that was written.
    const content: unknown = parse(text, { schema: 'failsafe' });
    if (content === null) return {};
    if (typeof content === 'object' && !Array.isArray(content)) return content;
    problems.push(`${path} must hold options, one "name: value" on each line.`);
  } catch (cause) {
    // The parser's own message quotes the line, which may hold a secret.
    const line = cause instanceof YAMLError ? cause.linePos?.[0].line : undefined;
    problems.push(`${path} is not YAML: mend ${line === undefined ? 'it' : `line ${line}`}.`);
  }
  return {};
}

function yamlText(value: unknown): string | null {
  const texts = Array.isArray(value) ? value : [value];
  return texts.every((text) => typeof text === 'string') ? texts.join(',') : null;
}

/** Replaces every `<NAME>_FILE` by `<NAME>` with the file's text, less its last line break. */
function readSecretFiles(given: Map<string, Given>, files: ConfigFiles, problems: string[]): void {
  for (const name of SECRET_OPTIONS) {
    const direct = given.get(name);
    const file = given.get(`${name}_FILE`);
    if (file === undefined) continue;
    if (direct !== undefined) {
      problems.push(`${direct.label} and ${file.label} are both given; keep one of them.`);
      continue;
    }
    const before = problems.length;
    const text = readOrReport(file.text, file.label, files, problems);
    if (text !== null) given.set(name, { label: file.label, text: text.replace(/\r?\n$/, '') });
    else if (problems.length === before)
      problems.push(`${file.label} names ${file.text}, which does not exist.`);
  }
}

function readOrReport(path: string, label: string, files: ConfigFiles, problems: string[]): string | null {
  try {
    return files.read(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    problems.push(`${label} cannot be read${reason}: mend the owner and mode of ${path}.`);
    return null;
  }
}

function unknownOption(label: string, meant: string): string {
  return `${label} is not an option; did you mean ${meant}?`;
}

/** The option's name in roster.yaml: ROSTER_LDAPS_PORT is ldaps-port. */
function yamlKey(name: string): string {
  return name
    .replace(/^ROSTER_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}
