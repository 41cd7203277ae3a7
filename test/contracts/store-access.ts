/** What every store does with roles, grants, sessions, tokens and the search of the audit. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AuditQuery, WriteTransaction } from '../../src/core/directory/store.ts';
import { IMPORTED_PEOPLE } from '../../src/core/model/audit.ts';
import { noExtras } from '../../src/core/model/extra-credentials.ts';
import type { CustomRole } from '../../src/core/model/role.ts';
import type { Session } from '../../src/core/model/session.ts';
import type { Token } from '../../src/core/model/token.ts';
import { auditSearchSql } from '../../src/core/storage/audit-lookup.ts';
import { prune } from '../../src/core/storage/prune.ts';
import { aUser, KEEP_ALL, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const LATER = new Date(THEN.getTime() + 1000);
/** Beyond the reach of the pruning that each store does by itself. */
const FAR = new Date('2100-01-01T00:00:00.000Z');

function aRole(fields: Partial<CustomRole> & Pick<CustomRole, 'name'>): CustomRole {
  return {
    description: '',
    rank: 1,
    permissions: ['users.read'],
    createdAt: THEN,
    updatedAt: THEN,
    ...fields,
  };
}

function aSession(userId: string, fields: Partial<Session> = {}): Session {
  return {
    ...{ id: randomUUID(), userId, kind: 'page', secretHash: randomUUID(), previousHash: null },
    secondFactorElsewhere: false,
    ...{ createdAt: THEN, lastSeenAt: THEN, expiresAt: FAR, address: null, userAgent: '' },
    ...fields,
  };
}

function aToken(userId: string, fields: Partial<Token> = {}): Token {
  return {
    ...{ id: randomUUID(), userId, name: 'script', secretHash: randomUUID(), permissions: ['self'] },
    ...{ createdAt: THEN, expiresAt: LATER, lastUsedAt: null },
    ...fields,
  };
}

export function accessContract({ store, database }: StoreContext): void {
  const write = (work: (transaction: WriteTransaction) => Promise<void>) => store().write(work);

  describe('roles, grants, sessions and tokens', () => {
    test('roles are inserted, replaced, listed by name and deleted', async () => {
      const [helpdesk, auditor] = [aRole({ name: 'helpdesk' }), aRole({ name: 'auditor', permissions: [] })];
      await write(async (it) => {
        await it.insertRole(helpdesk);
        await it.insertRole(auditor);
        await it.updateRole({ ...helpdesk, rank: 299 });
      });
      await store().read(async (it) => {
        expect(await it.roles()).toEqual([auditor, { ...helpdesk, rank: 299 }]);
        expect(await it.role('helpdesk')).toEqual({ ...helpdesk, rank: 299 });
        expect(await it.role('nobody')).toBeNull();
      });
      await expect(write((it) => it.insertRole(auditor))).rejects.toMatchObject({ code: 'conflict' });
      await write((it) => it.deleteRole('helpdesk'));
      expect(await store().read((it) => it.roles())).toEqual([auditor]);
    });

    test('it is known whether somebody has a role', async () => {
      await write((it) => it.insertUsers([aUser({ username: 'jane', role: 'helpdesk' })]));
      await store().read(async (it) => {
        expect(await it.hasUserOfRole('helpdesk')).toBe(true);
        expect(await it.hasUserOfRole('auditor')).toBe(false);
      });
    });

    test('who somebody at an OpenID provider is here is kept, once for each, and goes with the user', async () => {
      const [jane, bob] = [aUser({ username: 'jane' }), aUser({ username: 'bob' })];
      const identity = { issuer: 'https://x', subject: 'Sub', userId: jane.id, created: true };
      await write(async (it) => {
        await it.insertUsers([jane, bob]);
        await it.insertOpenIdIdentity(identity);
        await it.insertOpenIdIdentity({ ...identity, subject: 'sub', userId: bob.id, created: false });
      });
      for (const taken of [{ userId: bob.id }, { subject: 'another' }]) {
        const again = write((it) => it.insertOpenIdIdentity({ ...identity, ...taken }));
        await expect(again).rejects.toMatchObject({ code: 'conflict' });
      }
      await write((it) => it.deleteOpenIdIdentities(bob.id));
      await store().read(async (it) => {
        expect(await it.openIdIdentity('https://x', 'Sub')).toEqual(identity);
        expect(await it.openIdIdentity('https://x', 'sub')).toBeNull();
        expect(await it.openIdIdentitiesOf(jane.id)).toEqual([identity]);
      });
      await write((it) => it.deleteUsers([jane.id]));
      expect(await store().read((it) => it.openIdIdentity('https://x', 'Sub'))).toBeNull();
    });

    test('grants, sessions and tokens are kept, and go with their user', async () => {
      const [jane, bob] = [aUser({ username: 'jane' }), aUser({ username: 'bob' })];
      const session = aSession(jane.id, { kind: 'api', previousHash: 'previous', address: '::1' });
      const token = aToken(jane.id, { lastUsedAt: LATER });
      const grant = { userId: jane.id, permission: 'audit.read', allowed: true } as const;
      await write(async (it) => {
        await it.insertUsers([jane, bob]);
        await it.putGrant({ ...grant, allowed: false });
        await it.putGrant(grant);
        await it.insertSession(session);
        await it.insertSession(aSession(bob.id));
        await it.insertToken(token);
      });
      await store().read(async (it) => {
        expect(await it.grantsOf(jane.id)).toEqual([grant]);
        expect(await it.grantsAtSource('a source')).toEqual([]);
        expect(await it.session(session.id)).toEqual(session);
        expect(await it.sessionByHash(session.secretHash)).toEqual(session);
        expect(await it.sessionByHash('previous')).toEqual(session);
        expect(await it.sessionByHash('unknown')).toBeNull();
        expect(await it.sessionsOf(jane.id)).toEqual([session]);
        expect(await it.tokenByHash(token.secretHash)).toEqual(token);
        expect(await it.tokensOf(jane.id)).toEqual([token]);
      });
      await write(async (it) => {
        await it.updateSession({ ...session, lastSeenAt: LATER });
        await it.updateToken({ ...token, lastUsedAt: null });
      });
      await store().read(async (it) => {
        expect(await it.session(session.id)).toEqual({ ...session, lastSeenAt: LATER });
        expect(await it.tokensOf(jane.id)).toEqual([{ ...token, lastUsedAt: null }]);
      });
      await write((it) => it.deleteUsers([jane.id]));
      await store().read(async (it) => {
        expect(await it.grantsOf(jane.id)).toEqual([]);
        expect(await it.session(session.id)).toBeNull();
        expect(await it.tokensOf(jane.id)).toEqual([]);
        expect(await it.sessionsOf(bob.id)).toHaveLength(1);
      });
    });

    test('what opens accounts beside passwords is kept, found by link, and goes with its user', async () => {
      const [jane, bob] = [
        aUser({ username: 'jane', secondFactor: true }),
        aUser({ username: 'bob', extraCredentials: 3 }),
      ];
      const extras = {
        ...noExtras(jane.id),
        totp: { sealedSecret: 'v1.x', confirmedAt: 1, lastStep: 2, recoveryHashes: ['a'] },
        link: { kind: 'reset' as const, hash: 'of a link', expiresAt: 3, passwordChangedAt: null },
      };
      await write(async (it) => {
        await it.insertUsers([jane, bob]);
        await it.putExtraCredentials(noExtras(jane.id));
        await it.putExtraCredentials(extras);
        await it.putExtraCredentials(noExtras(bob.id));
      });
      await store().read(async (it) => {
        expect(await it.usersByIds([jane.id, bob.id])).toEqual(expect.arrayContaining([jane, bob]));
        expect(await it.extraCredentials(jane.id)).toEqual(extras);
        expect(await it.extraCredentialsByLink('of a link')).toEqual(extras);
        expect(await it.extraCredentialsByLink('of another')).toBeNull();
      });
      const twice = { ...noExtras(bob.id), link: extras.link };
      await expect(write((it) => it.putExtraCredentials(twice))).rejects.toMatchObject({ code: 'conflict' });
      await write((it) => it.deleteUsers([jane.id]));
      expect(await store().read((it) => it.extraCredentials(jane.id))).toBeNull();
    });

    test('sessions that are over, and audit lines older than the setting says, are pruned', async () => {
      const jane = aUser({ username: 'jane' });
      const [over, live] = [aSession(jane.id), aSession(jane.id, { expiresAt: new Date(FAR.getTime() + 1) })];
      const days = (count: number) => new Date(FAR.getTime() - count * 86_400_000);
      await write(async (it) => {
        await it.insertUsers([jane]);
        for (const session of [over, live]) await it.insertSession(session);
        await it.putSetting('auditDays', 30);
        for (const at of [days(31), days(29)]) await it.appendAudit(aLine({ at }));
      });
      const retention = { ...KEEP_ALL, auditLinesAgeMs: 400 * 86_400_000 };
      const clock = { now: () => FAR };
      await prune({ database: await database(), clock }, new AbortController().signal, retention);
      await store().read(async (it) => {
        expect(await it.sessionsOf(jane.id)).toEqual([live]);
        expect((await it.auditLines(10)).map(({ at }) => at)).toEqual([days(29)]);
      });
    });
  });

  describe('the search of the audit', () => {
    test('finds lines about a person, and those about many with the person among them', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      await write(async (it) => {
        await it.appendAudit(aLine({ action: 'user.add', subjectId: id }));
        await it.appendAudit(
          aLine({ action: IMPORTED_PEOPLE, details: { created: [other], updated: [id] } }),
        );
        await it.appendAudit(aLine({ action: IMPORTED_PEOPLE, details: { created: [other], updated: [] } }));
        await it.appendAudit(aLine({ action: 'user.other', details: { created: [id] } }));
      });
      const found = await store().read((it) => it.auditSearch({ ...EVERYTHING, subjectId: id, limit: 10 }));
      expect(found.map(({ line }) => line.action)).toEqual([IMPORTED_PEOPLE, 'user.add']);
    });

    test('reads the index of what is asked, and sorts nothing', async () => {
      const asked: readonly (readonly [Partial<AuditQuery>, RegExp])[] = [
        [{}, /audit_lines_at\b/],
        [{ actor: 'jane' }, /audit_lines_actor\b/],
        [{ actorId: 'jane', from: THEN, to: LATER }, /audit_lines_actor_id\b/],
        [{ action: 'user.add', before: { at: FAR.getTime(), seq: 7 } }, /audit_lines_action\b/],
        [{ subjectId: 'jane' }, /audit_lines_subject_id\b/],
        [{ from: THEN, to: LATER }, /audit_lines_at\b/],
      ];
      await write(async (it) => {
        for (let index = 0; index < 300; index += 1) {
          const at = new Date(THEN.getTime() + index);
          const actor = { door: 'cli', name: `u${index}`, address: null, userId: `u${index}` } as const;
          await it.appendAudit(aLine({ at, actor, action: `a.${index}`, subjectId: `s${index}` }));
        }
      });
      await (await database()).write(async (session) => {
        await session.query('ANALYZE');
        const isPostgres = session.dialect.parameter(1) === '$1';
        // So small a table is read as a whole; what counts is whether it could be read otherwise.
        if (isPostgres)
          for (const way of ['seqscan', 'sort']) await session.query(`SET LOCAL enable_${way} = off`);
        for (const [query, index] of asked) {
          const { sql, values } = auditSearchSql(session.dialect, { ...EVERYTHING, ...query, limit: 10 });
          const explain = isPostgres ? 'EXPLAIN' : 'EXPLAIN QUERY PLAN';
          const plan = JSON.stringify(await session.query(`${explain} ${sql}`, values));
          expect(plan).toMatch(index);
          expect(plan).not.toMatch(/TEMP B-TREE|Sort/);
        }
      });
    });
  });
}

const EVERYTHING: AuditQuery = {
  ...{ actor: null, actorId: null, action: null, subjectId: null },
  ...{ from: null, to: null, before: null },
};

function aLine(fields: Partial<Parameters<WriteTransaction['appendAudit']>[0]>) {
  return {
    ...{ id: randomUUID(), at: THEN, action: 'user.add', subjectId: null, details: {} },
    actor: { door: 'cli' as const, name: 'console', address: null, userId: null },
    ...fields,
  };
}
