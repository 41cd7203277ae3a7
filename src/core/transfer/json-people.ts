/** Reads JSON: a list of people, or an export with all that it holds. */
import { z } from 'zod';
import { checkBcryptHash } from './bcrypt-hash.ts';
import { fitting } from './fitting.ts';
import { jsonElements } from './json-elements.ts';
import type { FilePerson } from './people.ts';
import type { FileProblems } from './problems.ts';
import { type FileRecord, isRecordList } from './records.ts';

/** metadata in a person, and keys in it. */
const DEPTH_MAX = 3;

const TEXT = z.string().nullish();
const TEXTS = z.array(z.string()).nullish();

/** By Cloudron's names, and what an export tells beside. */
const PERSON = z.strictObject({
  id: z.unknown().optional(),
  username: TEXT,
  email: TEXT,
  fallbackEmail: TEXT,
  displayName: TEXT,
  givenName: TEXT,
  familyName: TEXT,
  role: TEXT,
  active: z.boolean().nullish(),
  confirmed: z.boolean().nullish(),
  language: TEXT,
  affiliations: TEXTS,
  employeeNumber: TEXT,
  title: TEXT,
  department: TEXT,
  phone: TEXT,
  mobile: TEXT,
  sshPublicKeys: TEXTS,
  /** Of those who come from a source, which alone says them. */
  otherEmails: z.unknown().optional(),
  metadata: z.record(z.string(), z.string().nullable()).nullish(),
  attributes: z.record(z.string(), z.array(z.string())).nullish(),
  passwordHash: TEXT,
});

/** People who do not fit become problems; null counts as not said. Throws DirectoryError 'invalid' with the line. */
export async function* jsonPeople(
  text: AsyncIterable<string>,
  problems: FileProblems,
): AsyncGenerator<FilePerson | FileRecord> {
  for await (const { list, value, line } of jsonElements(text, DEPTH_MAX)) {
    if (isRecordList(list)) yield { list, value, line };
    if (list !== '' && list !== 'users') continue;
    const person = personOf(value, line, problems);
    if (person !== null) yield person;
  }
}

function personOf(value: unknown, line: number, problems: FileProblems): FilePerson | null {
  const locate = (field: string | undefined) => ({ line, column: field ?? null });
  try {
    const { id: _id, otherEmails: _others, active, passwordHash, ...fields } = fitting(PERSON, value);
    const said = Object.entries(fields).filter(
      ([name, text]) => text != null && !(text === '' && NAMES.has(name)),
    );
    return {
      fields: Object.fromEntries(said),
      ...(active != null && { active }),
      ...(passwordHash != null && { passwordHash: checkBcryptHash(passwordHash) }),
      locate,
    };
  } catch (error) {
    problems.addError(error, locate);
    return null;
  }
}

/** Fields that cannot be empty. */
const NAMES: ReadonlySet<string> = new Set(['username', 'email', 'role']);
