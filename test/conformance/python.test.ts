/** Python's ldap3 and python-ldap sign people in as docs/clients/python.md does, and understand root DSE and schema. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EVERYONE_DN,
  JANE,
  JANES_PHOTO,
  JANES_PROFILE,
  RICHARD,
  STAFF_DN,
  startPopulatedRoster,
} from '../support/populated-roster.ts';
import { runProgram } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import { BIND_DN, BIND_PASSWORD, type TestRoster } from '../support/roster.ts';

/** Debian's own, which finds Debian's packages. */
const PYTHON = '/usr/bin/python3';

let roster: TestRoster;

let recipe: Recipe;

beforeAll(async () => {
  roster = await startPopulatedRoster();
  recipe = await openRecipe('python', roster);
}, 60_000);

afterAll(() => roster?.remove());

describe.each(['ldap3.py', 'python-ldap.py'])('sign_in of %s', (block) => {
  test('signs people in by username and e-mail address, and tells their groups', async () => {
    const answers = await python(recipe.block(block), [
      `sign_in(${JSON.stringify(JANE.username)}, ${JSON.stringify(JANE.password)})`,
      `sign_in(${JSON.stringify(JANE.email)}, ${JSON.stringify(JANE.password)})`,
    ]);
    expect(answers).toEqual([
      [EVERYONE_DN, STAFF_DN],
      [EVERYONE_DN, STAFF_DN],
    ]);
  });

  test('refuses wrong and empty passwords, unknown names and a name that is a filter', async () => {
    const refused = [
      [JANE.username, 'wrong'],
      [JANE.username, RICHARD.password],
      [JANE.username, ''],
      ['nobody', JANE.password],
      ['*', JANE.password],
    ];
    const calls = refused.map((each) => `sign_in(*${JSON.stringify(each)})`);
    expect(await python(recipe.block(block), calls)).toEqual(refused.map(() => null));
  });
});

describe('ldap3', () => {
  const server = () => `
import ssl
from ldap3 import *
tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=${JSON.stringify(roster.caFile)})
server = Server(${JSON.stringify(roster.ldapsUrl)}, tls=tls, get_info=ALL)
`;
  const connect = (options = '') => `${server()}
connection = Connection(server, "${BIND_DN}", "${BIND_PASSWORD}", auto_bind=True${options})
`;

  test('reads the root DSE without a bind, and finds the naming context in it', async () => {
    const answers = await python(`${server()}\nanonymous = Connection(server, auto_bind=True)\n`, [
      'server.info.naming_contexts',
      '"".join(server.info.other["defaultNamingContext"])',
      '"".join(server.info.schema_entry)',
      '"3" in [str(each) for each in server.info.supported_ldap_versions]',
    ]);
    expect(answers).toEqual([['dc=roster'], 'dc=roster', 'cn=Subschema', true]);
  });

  test('knows from the schema each attribute and class of each entry', async () => {
    const script = `${connect(', check_names=True')}
connection.search("dc=roster", "(objectClass=*)", attributes=["*", "+"])
unknown = sorted({name for entry in connection.response for name in entry["attributes"] if name not in server.schema.attribute_types})
classes = sorted({name for entry in connection.response for name in entry["attributes"]["objectClass"] if name not in server.schema.object_classes})
`;
    const answers = await python(script, ['len(connection.response) >= 10', 'unknown', 'classes']);
    expect(answers).toEqual([true, [], []]);
  });

  test('searches by each attribute and class that the schema knows without being told that it is invalid', async () => {
    const script = `${connect(', check_names=True')}
results = [connection.search("dc=roster", "(%s=*)" % name, attributes=[name]) is not None for name in server.schema.attribute_types]
classes = [connection.search("dc=roster", "(objectClass=%s)" % name) is not None for name in server.schema.object_classes]
`;
    const answers = await python(script, [
      'len(results) > 20 and all(results)',
      'len(classes) > 5 and all(classes)',
    ]);
    expect(answers).toEqual([true, true]);
  });

  test('reads a photo byte for byte, and the language beside it', async () => {
    const script = `${connect()}
connection.search("${JANE.dn}", "(jpegPhoto=*)", attributes=ALL_ATTRIBUTES)
attributes = connection.response[0]["attributes"]
import base64
`;
    const answers = await python(script, [
      'base64.b64encode(attributes["jpegPhoto"][0]).decode()',
      'attributes["preferredLanguage"]',
      'attributes["o"]',
    ]);
    const { language, affiliations } = JANES_PROFILE;
    expect(answers).toEqual([JANES_PHOTO.toString('base64'), language, affiliations]);
  });

  test('pages, and asks who it is', async () => {
    const script = `${connect()}
paged = [entry["dn"] for entry in connection.extend.standard.paged_search("dc=roster", "(objectClass=*)", attributes=["1.1"], paged_size=3)]
connection.search("dc=roster", "(objectClass=*)", attributes=["1.1"])
whole = [entry["dn"] for entry in connection.response]
`;
    const answers = await python(script, [
      'sorted(paged) == sorted(whole) and len(whole) >= 10',
      'connection.extend.standard.who_am_i()',
    ]);
    expect(answers).toEqual([true, `dn:${BIND_DN}`]);
  });
});

test('python-ldap parses the schema, and finds each class complete', async () => {
  const script = `${recipe.block('python-ldap.py')}
import ldap.schema
connection = connect()
dn = connection.search_subschemasubentry_s()
entry = connection.read_subschemasubentry_s(dn)
schema = ldap.schema.SubSchema(entry, check_uniqueness=2)
undefined = []
for oid in schema.listall(ldap.schema.ObjectClass):
    each = schema.get_obj(ldap.schema.ObjectClass, oid)
    undefined += [name for name in each.must + each.may if schema.get_obj(ldap.schema.AttributeType, name) is None]
    undefined += [name for name in each.sup if schema.get_obj(ldap.schema.ObjectClass, name) is None and name != "top"]
rules = {name for oid in schema.listall(ldap.schema.MatchingRule) for name in schema.get_obj(ldap.schema.MatchingRule, oid).names}
for oid in schema.listall(ldap.schema.AttributeType):
    each = schema.get_obj(ldap.schema.AttributeType, oid)
    undefined += [rule for rule in (each.equality, each.ordering, each.substr) if rule is not None and rule not in rules]
`;
  expect(await python(script, ['dn', 'sorted(set(undefined))'])).toEqual(['cn=Subschema', []]);
});

/** Runs a script, then evaluates expressions; what they are, by way of JSON. */
async function python(script: string, expressions: readonly string[]): Promise<unknown[]> {
  const file = join(roster.folder, 'script.py');
  await writeFile(file, `${script}\nimport json\nprint(json.dumps([${expressions.join(', ')}]))\n`);
  const { status, stdout, stderr } = await runProgram(PYTHON, [file]);
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as unknown[];
}
