/** Reads users.yaml: the people of a first start, in YAML, with the place of whatever does not fit. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { DirectoryError } from '../errors.ts';
import type { FilePerson } from './people.ts';
import { createFileProblems, type Place } from './problems.ts';

export interface ListedPerson extends FilePerson {
  /** Clear text; '' or undefined: one is made up. */
  readonly password?: string;
}

export const USERS_FILE_BYTES_MAX = 4 * 1024 * 1024;
const PEOPLE_MAX = 10_000;

/**
 * People as a list of mappings with `email`, or (InvenioRDM) as a mapping by e-mail address; empty: nobody.
 * Throws DirectoryError 'invalid', one line for each problem, with its place.
 */
export function parseUsersFile(text: string): readonly ListedPerson[] {
  const lines = new LineCounter();
  const problems = createFileProblems();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  // The parser's own messages quote the line, which may hold a password.
  for (const { pos, code } of document.errors) {
    problems.add({
      ...placeAt(lines, pos[0]),
      message: `This is not YAML (${code.toLowerCase().replaceAll('_', ' ')}).`,
    });
  }
  problems.refuse();
  const reader = createReader((node) => placeAt(lines, node?.range?.[0] ?? 0));
  const entries = entriesOf(document.contents);
  if (entries === null || entries.length > PEOPLE_MAX) {
    throw new DirectoryError(
      'invalid',
      `line 1: A list of at most ${PEOPLE_MAX} people is needed, each with an "email".`,
    );
  }
  const people = entries.flatMap(({ entry, email }) => {
    try {
      return [reader.person(entry, email)];
    } catch (error) {
      problems.addError(error, reader.locate);
      return [];
    }
  });
  problems.refuse();
  return people;
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

interface Entry {
  readonly entry: Node | null;
  /** The key under which it stands. */
  readonly email: Node | null;
}

/** null: neither a list nor a mapping. */
function entriesOf(contents: Node | null): readonly Entry[] | null {
  if (isNothing(contents)) return [];
  if (isSeq<Node>(contents)) return contents.items.map((entry) => ({ entry, email: null }));
  if (!isMap<Node, Node | null>(contents)) return null;
  return contents.items.map(({ key, value }) => ({ entry: value, email: key }));
}

/** By the names that InvenioRDM gave them. */
const KINDS = {
  email: 'text',
  username: 'text',
  full_name: 'text',
  affiliations: 'texts',
  active: 'flag',
  confirmed: 'flag',
  password: 'text',
  roles: 'texts',
  allow: 'texts',
} as const;

type Key = keyof typeof KINDS;

/** The member that a rule of the directory names by the field. */
const KEY_OF_FIELD: Readonly<Record<string, Key>> = {
  displayName: 'full_name',
  role: 'roles',
  permissions: 'allow',
};

function createReader(place: (node: Node | null | undefined) => Place) {
  /** Where the last thing stands that was looked at. */
  let last: Place = { line: 1, column: 1 };

  function refuse(node: Node | null | undefined, message: string): never {
    last = place(node);
    throw new DirectoryError('invalid', message);
  }

  function text(node: Node | null, key: string): string {
    if (isNothing(node)) return '';
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    // As written: 007 is no number here.
    if (isScalar(node) && typeof node.value === 'number') return node.source ?? String(node.value);
    return refuse(node, `"${key}" must be a text; put it in quotes.`);
  }

  function texts(node: Node | null, key: string): readonly string[] {
    if (isSeq<Node>(node)) return node.items.map((item) => text(item, key));
    const single = text(node, key);
    return single === '' ? [] : [single];
  }

  function flag(node: Node | null, key: string): boolean {
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    return refuse(node, `"${key}" must be true or false.`);
  }

  /** The values by their keys, each checked. */
  function membersOf(map: YAMLMap<Node, Node | null>): Map<Key, Node | null> {
    const members = new Map<Key, Node | null>();
    for (const pair of map.items) {
      const { key, value } = requirePair(pair);
      if (!isScalar(key) || typeof key.value !== 'string' || !Object.hasOwn(KINDS, key.value)) {
        const known = Object.keys(KINDS).join(', ');
        refuse(isNode(key) ? key : map, `What may stand here is ${known}.`);
      } else members.set(key.value as Key, value);
    }
    return members;
  }

  function requirePair(pair: Pair<Node, Node | null>): Pair<Node, Node | null> {
    if (!isPair(pair) || isAlias(pair.value))
      refuse(pair.key, 'References to other places of the file are not taken.');
    return pair;
  }

  return {
    locate: () => last,
    person(entry: Node | null, emailKey: Node | null): ListedPerson {
      if (emailKey !== null && isNothing(entry)) return personOf(new Map(), emailKey, emailKey);
      if (!isMap<Node, Node | null>(entry))
        return refuse(entry ?? emailKey, 'A person is a mapping with "email" and other members.');
      return personOf(membersOf(entry), entry, emailKey);
    },
  };

  function personOf(members: Map<Key, Node | null>, entry: Node, emailKey: Node | null): ListedPerson {
    const given = <T>(key: Key, read: (node: Node | null, key: string) => T): T | undefined => {
      const node = members.get(key);
      return node === undefined ? undefined : read(node, key);
    };
    const roles = given('roles', texts) ?? [];
    if (roles.length > 1) refuse(members.get('roles'), 'A user has one role.');
    const email = (emailKey === null ? undefined : text(emailKey, 'email')) ?? given('email', text);
    const username = given('username', text);
    const displayName = given('full_name', text);
    const affiliations = given('affiliations', texts);
    const confirmed = given('confirmed', flag);
    const active = given('active', flag);
    const password = given('password', text);
    const allow = given('allow', texts);
    return {
      fields: {
        ...(email !== undefined && email !== '' && { email }),
        ...(username !== undefined && username !== '' && { username }),
        ...(displayName !== undefined && { displayName }),
        ...(affiliations !== undefined && { affiliations }),
        ...(confirmed !== undefined && { confirmed }),
        ...(roles[0] !== undefined && { role: roles[0] }),
      },
      ...(active !== undefined && { active }),
      ...(password !== undefined && { password }),
      ...(allow !== undefined && { allow }),
      locate(field) {
        const key = KEY_OF_FIELD[field ?? ''] ?? field;
        const node = key !== undefined && Object.hasOwn(KINDS, key) ? members.get(key as Key) : null;
        return place(node ?? (key === 'email' ? emailKey : null) ?? entry);
      },
    };
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function isNothing(node: Node | null): node is null {
  return node === null || (isScalar(node) && node.value === null);
}
