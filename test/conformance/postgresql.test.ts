/** PostgreSQL lets people in by its own ldap authentication, set up as docs/clients/postgresql.md says. */
import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JANE, RICHARD, startPopulatedRoster } from '../support/populated-roster.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { openRecipe, type Recipe } from '../support/recipe.ts';
import type { TestRoster } from '../support/roster.ts';

/** Blocks of the document; each holds for a database of its own. */
const MODES = ['simple-bind', 'search+bind', 'search+bind-group'];

let roster: TestRoster;

let recipe: Recipe;
let postgres: TestPostgres;

beforeAll(async () => {
  roster = await startPopulatedRoster();
  recipe = await openRecipe('postgresql', roster);
  const environment = recipe.block('environment');
  const [, name = '', value = ''] = /^(\w+) = '(.*)'$/m.exec(environment) ?? [];
  postgres = await startPostgres({ [name]: value });
  await setUpAccess();
}, 60_000);

afterAll(async () => {
  await postgres?.stop();
  await roster?.remove();
});

describe.each(MODES)('PostgreSQL with %s', (mode) => {
  test('psql signs a person in', async () => {
    expect(await psql(mode, JANE.username, JANE.password)).toMatchObject({
      status: 0,
      stdout: `${JANE.username}\n`,
    });
  });

  test("psql is refused with the wrong password, with another person's, and without one", async () => {
    for (const password of ['wrong', RICHARD.password, '']) {
      const refused = await psql(mode, JANE.username, password);
      expect(refused).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/authentication failed|no password/),
      });
    }
  });
});

test('a person outside the group of the filter is refused', async () => {
  expect((await psql('search+bind', RICHARD.username, RICHARD.password)).status).toBe(0);
  expect((await psql('search+bind-group', RICHARD.username, RICHARD.password)).status).toBe(2);
});

function psql(database: string, user: string, password: string): Promise<Ended> {
  const { port } = new URL(postgres.url);
  const target = ['-h', '127.0.0.1', '-p', port, '-U', user, '-d', database];
  return runProgram('psql', [...target, '-w', '-A', '-t', '-c', 'SELECT current_user'], {
    env: { PGPASSWORD: password },
  });
}

/** A role for each person, a database for each mode, and the document's lines in pg_hba.conf. */
async function setUpAccess(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const { username } of [JANE, RICHARD]) await client.query(`CREATE ROLE ${username} LOGIN`);
  for (const mode of MODES) await client.query(`CREATE DATABASE "${mode}"`);
  const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file');
  await client.end();
  const lines = MODES.map((mode) => recipe.block(mode).replace('host all', `host "${mode}"`));
  const superuser = 'host all roster 127.0.0.1/32 scram-sha-256\n';
  await writeFile(rows[0]?.hba_file ?? '', superuser + lines.join(''));
  await postgres.interrupt();
  await postgres.resume();
}
