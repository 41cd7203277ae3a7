/** Apache Directory's LDAP API, on which Apache Directory Studio stands, signs in, loads the schema and reads all by it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JANE, startPopulatedRoster } from '../support/populated-roster.ts';
import { runProgram } from '../support/program.ts';
import { BIND_DN, BIND_PASSWORD, type TestRoster } from '../support/roster.ts';

const JAVA = '/usr/share/java';
const JARS = [
  ...['apache-directory-api-all', 'mina2-core', 'commons-codec', 'commons-collections4', 'commons-lang3'],
  ...['commons-pool2', 'commons-text', 'dom4j', 'slf4j-api', 'xpp3'],
].map((name) => join(JAVA, `${name}.jar`));
const SOURCE = join(import.meta.dirname, 'apache-directory', 'SignIn.java');

let roster: TestRoster;
let classes: string;

beforeAll(async () => {
  classes = await mkdtemp(join(tmpdir(), 'roster-java-'));
  const compiled = await runProgram('javac', ['-cp', JARS.join(':'), '-d', classes, SOURCE]);
  expect(compiled.stderr).toBe('');
  roster = await startPopulatedRoster();
}, 60_000);

afterAll(async () => {
  await roster?.remove();
  await rm(classes, { recursive: true, force: true });
});

test('the schema is loaded without an error, and defines each attribute of each entry', async () => {
  const lines = await signIn(BIND_DN, BIND_PASSWORD);
  expect(lines.slice(0, 1)).toEqual(['errors []']);
  expect(counted(lines, 'attributes')).toBeGreaterThan(50);
  expect(counted(lines, 'classes')).toBeGreaterThan(10);
  expect(lines.filter((line) => line.startsWith('unknown '))).toEqual([]);
  const entries = lines.filter((line) => line.startsWith('entry '));
  expect(entries).toContain(`entry ${JANE.dn}`);
  expect(entries.length).toBeGreaterThanOrEqual(10);
});

test('a person signs in, and is refused with a wrong password', async () => {
  expect(await signIn(JANE.dn, JANE.password)).toContain(`entry ${JANE.dn}`);
  expect(await signIn(JANE.dn, 'wrong')).toEqual(['refused LdapAuthenticationException']);
});

async function signIn(dn: string, password: string): Promise<string[]> {
  const { port } = new URL(roster.ldapsUrl);
  const args = ['-cp', [classes, ...JARS].join(':'), 'SignIn', port, roster.caFile, dn];
  const { status, stdout, stderr } = await runProgram('java', args, { input: `${password}\n` });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim().split('\n');
}

function counted(lines: readonly string[], what: string): number {
  return Number(lines.find((line) => line.startsWith(`${what} `))?.slice(what.length + 1));
}
