/** A server that is killed in the middle of syncs: afterwards the directory equals the source all the same. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { values } from '../support/ldif.ts';
import { addSource, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';

const KILLS = 10;
const USERS = 5000;
const GROUPS = 100;
/** A whole first sync takes about three times as long. */
const KILL_WITHIN_MS = 1500;

let slapd: TestSlapd;
let roster: TestRoster;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: USERS, groups: GROUPS }), sizeLimit: 'unlimited' });
  roster = await startRoster();
  expect(await addSource(roster, slapd)).toMatchObject({ status: 0 });
}, 180_000);

afterAll(async () => {
  await roster?.remove();
  await slapd?.stop();
});

test(`killed ${KILLS} times at random moments, the next run begins, and ends with the directory as the source is`, async () => {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const begun = await roster.api('/api/v1/sources/corp/sync', { method: 'POST' });
    expect(begun.status).toBe(202);
    await pause(Math.random() * KILL_WITHIN_MS);
    await roster.stop('SIGKILL');
    await slapd.modify(change(kill));
    await roster.start();
  }
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  expect(await served('users', 'mail')).toEqual(await upstream('people', 'mail'));
  expect(await served('groups', 'member')).toEqual(await upstream('groups', 'member'));
  const again = await roster.cli(['sources', 'sync', 'corp']);
  expect(again.stdout).toContain('Nothing changed');
}, 240_000);

/** Something for the next run to do: a new address, a group that loses and gains, somebody who goes. */
function change(round: number): string {
  const people = `ou=people,${slapd.baseDn}`;
  const [kept, gone] = [`user${100 + round}`, `user${4000 + round}`];
  return [
    `dn: uid=${kept},${people}\nchangetype: modify\nreplace: mail\nmail: ${kept}-${round}@example.com\n`,
    `dn: cn=group${5 + round},ou=groups,${slapd.baseDn}\nchangetype: modify\nadd: member\nmember: uid=user9${round},${people}\n-\nadd: member\nmember: uid=${kept},${people}\n`,
    `dn: uid=${gone},${people}\nchangetype: delete\n`,
  ].join('\n');
}

/** Names with what the attribute holds, without suffixes. */
async function served(container: string, attribute: string): Promise<string[]> {
  const own = container === 'users' ? '(!(uid=admin))' : '(objectClass=groupOfNames)';
  return told(await roster.search(['-b', `ou=${container},dc=roster`, own, attribute]), attribute);
}

async function upstream(container: string, attribute: string): Promise<string[]> {
  const classes = '(|(objectClass=inetOrgPerson)(objectClass=groupOfNames))';
  return told(await slapd.search(['-b', `ou=${container},${slapd.baseDn}`, classes, attribute]), attribute);
}

function told(entries: Awaited<ReturnType<TestSlapd['search']>>, attribute: string): string[] {
  const first = (dn: string) => dn.split(',')[0] ?? '';
  return entries
    .filter(({ dn }) => !dn.startsWith('ou='))
    .map((entry) => {
      const held = values(entry, attribute).map((value) => (attribute === 'member' ? first(value) : value));
      return `${first(entry.dn)}: ${held.sort().join(' ')}`;
    })
    .sort();
}
