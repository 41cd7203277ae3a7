import { describe, expect, it } from 'vitest';
import type { AttributeDefinition } from '../../../src/core/model/attribute-definition.ts';
import { DEFAULT_POSIX } from '../../../src/core/model/posix.ts';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { prepare } from '../../../src/ldap-server/tree/assertion.ts';
import { attributeType } from '../../../src/ldap-server/tree/attribute-types.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { matches } from '../../../src/ldap-server/tree/matcher.ts';
import { createSchema } from '../../../src/ldap-server/tree/schema.ts';
import { select, selectedTypes } from '../../../src/ldap-server/tree/selection.ts';
import { createSnapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { subschemaEntry } from '../../../src/ldap-server/tree/subschema.ts';
import { type View, viewOf } from '../../../src/ldap-server/tree/view.ts';
import { anApplication, aUser } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const id = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const define = (number: number, fields: Partial<AttributeDefinition>): AttributeDefinition => ({
  ...{ id: id(number), name: `a${number}`, subject: 'user', type: 'text', several: true },
  ...{ description: '', readers: 'all', writers: 'admin' },
  ...fields,
});
const definitions = [
  define(1, { name: 'nick', type: 'text' }),
  define(2, { name: 'level', type: 'integer', several: false }),
  define(3, { name: 'since', type: 'time' }),
  define(4, { name: 'isNew', type: 'boolean' }),
  define(5, { name: 'note', readers: 'directory' }),
  define(6, { name: 'floor', subject: 'group' }),
  // What a later version serves to all.
  define(7, { name: 'mail' }),
];
const jane = aUser({
  username: 'jane',
  attributes: {
    [id(1)]: ['Jay', 'J'],
    [id(2)]: ['12'],
    [id(3)]: ['2026-03-01T10:00:00.000Z'],
    [id(4)]: ['TRUE'],
    [id(5)]: ['Secret'],
    [id(7)]: ['other@example.org'],
  },
});
const kim = aUser({ username: 'kim' });
const wiki = anApplication({ name: 'wiki', everyone: true });
const schema = createSchema(definitions);
const snapshot = createSnapshot(dit);
snapshot.load.users([jane, kim]);
snapshot.load.applications([wiki]);
for (const _step of snapshot.build(DEFAULT_POSIX, schema));

function viewAs(identity: Parameters<typeof viewOf>[1]): View {
  const view = viewOf(snapshot, identity);
  if (view === null) throw new Error('There is no view.');
  return view;
}
const admin = viewAs({ kind: 'admin' });
const others = [viewAs({ kind: 'application', id: wiki.id }), viewAs({ kind: 'user', id: jane.id })];

function found(view: View, filter: string): readonly string[] {
  const base = view.entry(dit.suffix.key);
  if (base === undefined) throw new Error('There is no base.');
  const assertion = prepare(parseFilter(filter), () => new Set(), view.findType);
  return view
    .candidates(base, 'sub', assertion)
    .filter((entry) => entry.kind === 'user' && matches(assertion, entry))
    .map((entry) => String(entry.values(attributeType.uid)[0]));
}

function selected(view: View, ...attributes: string[]): readonly string[] {
  const entry = view.entry(dit.user('jane').key);
  if (entry === undefined) throw new Error('She is not there.');
  const types = selectedTypes(entry, select({ attributes, typesOnly: false }, null, view.findType));
  return [...types].map(([, name]) => name);
}

describe('attributes that were defined', () => {
  it.each([
    '(nick=jay)',
    '(nick=*ay)',
    '(nick=*)',
    '(level=12)',
    '(level>=2)',
    '(since<=20260301100000Z)',
    '(since=20260301100000Z)',
    '(isNew=TRUE)',
    '(&(objectClass=rosterUser)(nick=J))',
  ])('are found by %s', (filter) => {
    for (const view of [admin, ...others]) expect(found(view, filter)).toEqual(['jane']);
  });

  it('are found by their indexes, without a look at all', () => {
    const assertion = prepare(parseFilter('(nick=jay)'), () => new Set(), schema.findAny);
    expect(snapshot.plan(assertion)?.cost).toBe(1);
  });

  it('are returned by default', () => {
    for (const view of [admin, ...others]) expect(selected(view)).toEqual(expect.arrayContaining(['nick']));
    const entry = admin.entry(dit.user('jane').key);
    expect(entry?.body().toString('latin1')).toMatch(/nick.*Jay.*level.*12.*since.*20260301100000Z/s);
  });

  it('do not take the place of what all have', () => {
    expect(found(admin, '(mail=other@example.org)')).toEqual([]);
    expect(found(admin, '(mail=jane@example.org)')).toEqual(['jane']);
  });

  it('are described by the subschema', () => {
    const subschema = subschemaEntry(dit, schema);
    const types = subschema.values(attributeType.attributeTypes).join('\n');
    expect(types).toMatch(
      /\( 2\.25\.\d+ NAME 'level' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX \S+ SINGLE-VALUE \)/,
    );
    const classes = subschema.values(attributeType.objectClasses).join('\n');
    expect(classes).toContain(
      "NAME 'rosterUser' SUP top AUXILIARY MAY ( nick $ level $ since $ isNew $ note )",
    );
    expect(classes).toContain("NAME 'rosterGroup' SUP top AUXILIARY MAY ( floor )");
  });
});

describe('an attribute for the bind DN alone', () => {
  it('is read by its name', () => {
    expect(found(admin, '(note=secret)')).toEqual(['jane']);
    expect(selected(admin, 'note')).toEqual(['note']);
  });

  it('is to everybody else as if it were not there, by whatever they ask', () => {
    const rules =
      '(|(note=secret)(note=*)(!(note=x))(note:caseIgnoreMatch:=secret)(:caseIgnoreMatch:=Secret))';
    for (const view of others) {
      expect(found(view, rules)).toEqual([]);
      expect(found(view, '(:caseIgnoreMatch:=jay)')).toEqual(['jane']);
      expect(selected(view, '*', '+', 'note')).not.toContain('note');
      expect(selected(view, `2.25.${BigInt(`0x${id(5).replaceAll('-', '')}`)}`)).toEqual([]);
    }
    for (const view of [admin, ...others]) {
      expect(view.entry(dit.user('jane').key)?.body().toString('latin1')).not.toContain('Secret');
    }
  });
});
