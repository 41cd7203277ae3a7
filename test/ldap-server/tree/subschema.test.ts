import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POSIX } from '../../../src/core/model/posix.ts';
import { createServerEntries } from '../../../src/ldap-server/operations/server-entries.ts';
import { type AttributeType, attributeType } from '../../../src/ldap-server/tree/attribute-types.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import type { Entry } from '../../../src/ldap-server/tree/entry.ts';
import { createSnapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { subschemaEntry } from '../../../src/ldap-server/tree/subschema.ts';
import { aGroup, aMembership, aUser } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const schema = subschemaEntry(dit);

/** One description, read as a client does (RFC 4512 section 4.1). */
interface Description {
  readonly oid: string;
  /** By keyword; a keyword without a value has none. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

const KEYWORD =
  /^(?:NAME|DESC|SUP|EQUALITY|ORDERING|SUBSTR|SYNTAX|SINGLE-VALUE|NO-USER-MODIFICATION|USAGE|ABSTRACT|STRUCTURAL|AUXILIARY|MUST|MAY)$/;

function describedIn(type: AttributeType): Description[] {
  return schema.values(type).map((text) => {
    const tokens = text.match(/'[^']*'|[()$]|[^\s()$']+/g) ?? [];
    expect(tokens.join(' ')).toBe(text);
    expect([tokens[0], tokens.at(-1)]).toEqual(['(', ')']);
    const fields = new Map<string, string[]>();
    let current: string[] = [];
    for (const token of tokens.slice(2, -1)) {
      if (KEYWORD.test(token)) {
        current = [];
        fields.set(token, current);
      } else if (!'()$'.includes(token)) {
        current.push(token.replaceAll("'", ''));
      }
    }
    return { oid: tokens[1] ?? '', fields };
  });
}

const attributes = describedIn(attributeType.attributeTypes);
const classes = describedIn(attributeType.objectClasses);
const rules = describedIn(attributeType.matchingRules);
const syntaxes = new Set(describedIn(attributeType.ldapSyntaxes).map(({ oid }) => oid));
const namesOf = ({ fields }: Description): readonly string[] => fields.get('NAME') ?? [];
const attributeNames = new Set(attributes.flatMap(namesOf));
const classByName = new Map(classes.flatMap((one) => namesOf(one).map((name) => [name, one] as const)));

/** What the classes of an entry demand or allow, those above them included. */
function allowed(names: readonly string[], keywords: readonly string[]): Set<string> {
  const found = new Set<string>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const fields = classByName.get(name)?.fields;
    for (const keyword of keywords) for (const attribute of fields?.get(keyword) ?? []) found.add(attribute);
    pending.push(...(fields?.get('SUP') ?? []));
  }
  return found;
}

const anyText = fc.constantFrom('', 'Jane Doe', "O'Neill (né) Jane", 'Ümit');
const anyUser = fc.record({
  displayName: anyText,
  givenName: anyText,
  familyName: anyText,
  email: fc.option(fc.constant('jane@example.org')),
  otherEmails: fc.constantFrom([], ['j@example.org', 'd@example.org']),
  passwordChangedAt: fc.option(fc.constant(new Date(0))),
  active: fc.boolean(),
});
const anyGroup = fc.record({
  displayName: anyText,
  description: anyText,
  members: fc.nat(2),
  nested: fc.boolean(),
});

function entriesOf(fields: {
  user: object;
  group: { members: number; nested: boolean };
  posix: boolean;
}): readonly Entry[] {
  const snapshot = createSnapshot(dit);
  const users = ['a', 'b', 'c'].map((username, index) =>
    aUser({ username, ...(index === 0 && fields.user) }),
  );
  const { members, nested, ...texts } = fields.group;
  const [group, other] = [aGroup({ name: 'staff', ...texts }), aGroup({ name: 'other' })];
  snapshot.load.users(users);
  snapshot.load.groups([group, other]);
  snapshot.load.memberships([
    ...users.slice(0, members).map((user) => aMembership(group, user, { owner: true })),
    ...(nested ? [aMembership(other, group)] : []),
  ]);
  for (const _step of snapshot.build({ ...DEFAULT_POSIX, enabled: fields.posix }));
  const suffix = snapshot.entry(dit.suffix.key);
  const server = createServerEntries(
    dit,
    () => true,
    () => null,
    () => snapshot.schema,
  );
  const tree = suffix && snapshot.candidates(suffix, 'sub', { type: 'constant', truth: true });
  return [...(tree ?? []), server.rootDse, server.subschema];
}

describe('the subschema', () => {
  it('describes every attribute and class of every entry, and each entry fits its classes', () => {
    fc.assert(
      fc.property(anyUser, anyGroup, fc.boolean(), (user, group, posix) => {
        const entries = entriesOf({ user, group, posix });
        expect(entries.length).toBeGreaterThan(8);
        for (const entry of entries) {
          const held = entry.types.filter((type) => entry.values(type).length > 0);
          for (const { name } of held) expect(attributeNames).toContain(name);
          const names = entry.values(attributeType.objectClass);
          for (const name of names) expect([...classByName.keys()]).toContain(name);
          const may = allowed(names, ['MUST', 'MAY']);
          for (const { name, operational } of held) expect(operational || may.has(name) || name).toBe(true);
          for (const name of allowed(names, ['MUST'])) {
            expect([entry.dn, ...held.map((type) => type.name)]).toContain(name);
          }
          for (const name of entry.values(attributeType.structuralObjectClass)) {
            expect(classByName.get(name)?.fields.has('STRUCTURAL')).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('names only what it describes, each once', () => {
    const ruleNames = new Set(rules.flatMap(namesOf));
    for (const { fields } of attributes) {
      for (const keyword of ['EQUALITY', 'ORDERING', 'SUBSTR']) {
        for (const rule of fields.get(keyword) ?? []) expect(ruleNames).toContain(rule);
      }
    }
    for (const { fields } of [...attributes, ...rules]) {
      for (const syntax of fields.get('SYNTAX') ?? []) expect(syntaxes).toContain(syntax);
    }
    for (const { fields } of classes) {
      for (const keyword of ['MUST', 'MAY']) {
        for (const name of fields.get(keyword) ?? []) expect(attributeNames).toContain(name);
      }
      for (const name of fields.get('SUP') ?? []) expect([...classByName.keys()]).toContain(name);
    }
    for (const all of [attributes, classes, rules]) {
      expect(new Set(all.map(({ oid }) => oid)).size).toBe(all.length);
      const names = all.flatMap(namesOf).map((name) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('writes names, numbers and usages as strict parsers want them', () => {
    for (const { oid, fields } of [...attributes, ...classes, ...rules]) {
      expect(oid).toMatch(/^\d+(?:\.\d+)+$/);
      for (const name of fields.get('NAME') ?? []) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/);
      for (const usage of fields.get('USAGE') ?? [])
        expect(usage).toMatch(/^(?:directoryOperation|dSAOperation)$/);
    }
  });

  it('is read by the parser of OpenLDAP', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'roster-schema-'));
    try {
      const lines = [
        'include /etc/ldap/schema/core.schema',
        ...schema.values(attributeType.attributeTypes).map((text) => `attributetype ${renamed(text)}`),
        ...schema.values(attributeType.objectClasses).map((text) => `objectclass ${renamed(text)}`),
      ];
      const file = join(folder, 'slapd.conf');
      await writeFile(file, `${lines.join('\n')}\n`);
      const { stderr } = await promisify(execFile)('/usr/sbin/slaptest', ['-u', '-f', file]);
      expect(stderr).toContain('config file testing succeeded');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/**
 * slapd knows most of these types and classes already: here they get names and numbers of their own. It takes no
 * operational types from its configuration.
 */
function renamed(text: string): string {
  const user = text.replace(/ NO-USER-MODIFICATION USAGE (?:directoryOperation|dSAOperation)/, '');
  const withNumber = user.replace(/^\( ([\d.]+)/, '( 2.999.$1');
  const withName = withNumber.replace(/'([^']+)'/g, "'x-$1'").replace(/ SUP (\w+)/, ' SUP x-$1');
  return withName.replace(/(MUST|MAY) \(([^)]*)\)/g, (_, keyword: string, names: string) => {
    const own = names.split('$').map((name) => `x-${name.trim()}`);
    return `${keyword} ( ${own.join(' $ ')} )`;
  });
}
