import { describe, expect, test } from 'vitest';
import type { LdapConnection } from '../../src/connector/ldap/connection.ts';
import { newcomerAt } from '../../src/connector/newcomers.ts';
import { fromPeer, readPeer } from '../../src/connector/peers.ts';
import { presets } from '../../src/connector/presets/index.ts';
import { aSource } from '../support/rows.ts';

/** At the other end of this connection the root DSE holds this id, or none. */
function peerOf(id: string | null, code = 0): LdapConnection {
  const attributes = new Map(id === null ? [] : [['rosterinstance', [Buffer.from(id)]]]);
  const result = { code, message: '', cookie: null, policy: null };
  return {
    bind: async () => result,
    search: async () => ({ ...result, entries: [{ dn: '', attributes }] }),
    close() {},
  };
}

describe('what a peer offers', () => {
  test('is taken, with the way by which it came', () => {
    expect(fromPeer([{ name: 'own' }, { name: 'passed', via: ['c'] }], 'b', 'a')).toEqual([
      { name: 'own', via: ['b'] },
      { name: 'passed', via: ['c', 'b'] },
    ]);
  });

  test('is left alone where it came from here, by whatever way', () => {
    expect(fromPeer([{ via: ['a'] }, { via: ['a', 'c'] }, { via: ['c', 'a', 'd'] }], 'b', 'a')).toEqual([]);
  });

  test('goes no further than through 32', () => {
    const far = (count: number) => ({ via: Array.from({ length: count }, (_, index) => `r${index}`) });
    expect(fromPeer([far(31), far(32)], 'b', 'a')).toHaveLength(1);
  });
});

describe('a peer', () => {
  test('is told by the id in its root DSE', async () => {
    expect(await readPeer(peerOf('b'), 'a')).toBe('b');
  });

  test('of an older release has none, and neither has one that does not show its root DSE', async () => {
    expect(await readPeer(peerOf(null), 'a')).toBeNull();
    expect(await readPeer(peerOf('b', 53), 'a')).toBeNull();
  });

  test('is not this Roster itself', async () => {
    await expect(readPeer(peerOf('a'), 'a')).rejects.toMatchObject({ code: 'invalid', field: 'url' });
  });
});

describe('somebody who signs in first, and comes from a peer', () => {
  function newcomerOf(via: readonly string[]) {
    const names = { username: 'jane', email: null, displayName: null, givenName: null, familyName: null };
    const user = { ...names, dn: 'uid=jane', externalId: '1', otherEmails: [], disabled: false, via };
    const found = { user, entry: { dn: 'uid=jane', attributes: new Map() } };
    const source = aSource({ name: 'b', preset: 'roster', syncGroups: false });
    return newcomerAt(peerOf('b'), { source, preset: presets.roster }, found, async () => 'a');
  }

  test('is created with the way by which it came, so that the peer does not take it back', async () => {
    expect(await (await newcomerOf(['c']))?.()).toMatchObject({ via: ['c', 'b'] });
    expect(await (await newcomerOf([]))?.()).toMatchObject({ via: ['b'] });
  });

  test('is nobody where the peer has it from here', async () => {
    expect(await newcomerOf(['a'])).toBeNull();
  });
});
