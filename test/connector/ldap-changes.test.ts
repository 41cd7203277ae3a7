import { describe, expect, test } from 'vitest';
import type { LdapConnection } from '../../src/connector/ldap/connection.ts';
import type { LdapEntry } from '../../src/connector/ldap/responses.ts';
import { createChangeReader, keepMark } from '../../src/connector/ldap-changes.ts';
import { presets } from '../../src/connector/presets/index.ts';
import { aSource } from '../support/rows.ts';

const SOURCE = aSource({ name: 'corp' });
const DN = 'uid=jane,dc=example,dc=com';

/** Every search on this connection ends so. */
function answering(code: number, entries: readonly LdapEntry[] = [], answered = () => {}): LdapConnection {
  const result = { code, message: '', cookie: null, policy: null };
  return {
    bind: async () => result,
    async search() {
      answered();
      return { ...result, entries };
    },
    close() {},
  };
}

describe('somebody who is read singly', () => {
  const personAt = (connection: LdapConnection) =>
    createChangeReader(connection, SOURCE, presets.openldap).person(DN);

  test('is gone where the entry is no longer there, or no longer fits', async () => {
    expect(await personAt(answering(32))).toBeNull();
    expect(await personAt(answering(0))).toBeNull();
  });

  test.each([1, 3, 10, 11, 50, 51, 52, 53, 80])('is not gone where the answer is code %i', async (code) => {
    await expect(personAt(answering(code))).rejects.toThrow();
  });
});

test('a clock set back while people are read does not move the mark on', async () => {
  const youngest = Date.UTC(2030, 0, 1);
  const entry = { dn: DN, attributes: new Map([['modifytimestamp', [Buffer.from('20300101000000Z')]]]) };
  let now = youngest + 3_600_000;
  const setBack = () => {
    now = youngest + 60_000;
  };
  const keeper = await keepMark(answering(0, [entry], setBack), SOURCE, presets.openldap, () => now);
  await keeper.connection.search({ base: DN, scope: 'base', filter: ANY, attributes: [] });
  expect(Number(keeper.mark()?.value)).toBeLessThanOrEqual(youngest);
});

const ANY = { type: 'presence', attribute: 'objectClass' } as const;
