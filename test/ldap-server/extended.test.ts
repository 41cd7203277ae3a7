import { afterEach, describe, expect, it } from 'vitest';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import { element, message, search, simpleBind } from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Bind,
  type Options,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire, type Wire } from '../support/ldap-wire.ts';
import { values } from '../support/ldif.ts';
import { aSource, aUser } from '../support/rows.ts';
import { cancelBytes } from '../support/value-bytes.ts';

const servers: TestLdapServer[] = [];
afterEach(async () => {
  for (const ldap of servers.splice(0)) await ldap.stop();
});

async function start(options: Options = {}): Promise<TestLdapServer> {
  const ldap = await startLdapServer(options);
  servers.push(ldap);
  return ldap;
}

const extended = (oid: string, value?: Buffer) =>
  element(0x77, element(0x80, oid), ...(value === undefined ? [] : [element(0x81, value)]));

async function bound(ldap: TestLdapServer): Promise<Wire> {
  const wire = createWire(ldap.connect());
  wire.send(message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD)));
  await wire.received(1);
  return wire;
}

describe('"Who am I?"', () => {
  it('answers in the response value, empty for nobody', async () => {
    const ldap = await start();
    expect((await ldap.run('ldapwhoami', [])).stdout.trim()).toBe(`dn:${ADMIN_DN}`);
    expect((await ldap.run('ldapwhoami', [], null)).stdout.trim()).toBe('anonymous');
  });
});

describe('cancel', () => {
  const cancel = (messageId: number) => extended(Oid.cancel, cancelBytes(messageId));

  it('ends a search under way, which then says that it was canceled', async () => {
    const people = Array.from({ length: 2000 }, (_, number) => aUser({ username: `user${number}` }));
    const ldap = await start({
      fill: (transaction) => transaction.insertUsers(people),
      limits: { outputBytesMax: 32_768 },
    });
    const wire = await bound(ldap);
    wire.send(message(2, search()), message(3, cancel(2)));
    for (let count = 2; ; count += 1) {
      const answers = await wire.received(count);
      const canceled = answers.find(({ id, tag }) => id === 2 && tag === 0x65);
      const success = answers.find(({ id }) => id === 3);
      if (canceled === undefined || success === undefined) continue;
      expect(canceled.code).toBe(118);
      expect(success).toMatchObject({ tag: 0x78, code: 0 });
      expect(answers.filter(({ tag }) => tag === 0x64).length).toBeLessThan(people.length);
      return;
    }
  });

  it('takes a request out that waits for its turn, but no bind', async () => {
    let finish = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const ldap = await start({
      credentials: {
        async verifySecret() {
          await released;
          return { ok: true };
        },
      },
    });
    const wire = createWire(ldap.connect());
    const bind = simpleBind(ADMIN_DN, ADMIN_PASSWORD);
    wire.send(message(1, bind), message(2, search()), message(3, bind));
    wire.send(message(4, cancel(2)), message(5, cancel(1)), message(6, cancel(3)));
    const answers = await wire.received(4);
    expect(answers).toMatchObject([
      { id: 2, tag: 0x65, code: 118 },
      { id: 4, code: 0 },
      { id: 5, code: 121 },
      { id: 6, code: 121 },
    ]);
    finish();
    expect((await wire.received(6)).slice(4)).toMatchObject([
      { id: 1, code: 0 },
      { id: 3, code: 0 },
    ]);
  });

  it('knows nothing of what has ended or never was, and refuses what it cannot read', async () => {
    const wire = await bound(await start());
    wire.send(message(2, search({ scope: 0 })));
    await wire.received(3);
    wire.send(message(3, cancel(2)), message(4, cancel(77)));
    wire.send(message(5, extended(Oid.cancel)), message(6, extended(Oid.cancel, Buffer.from('x'))));
    const answers = (await wire.received(7)).slice(3);
    expect(answers.map(({ code }) => code)).toEqual([119, 119, 2, 2]);
  });
});

describe('password modify', () => {
  const corp = aSource({ name: 'corp' });
  const jane = { dn: 'uid=jdoe,ou=users,dc=roster', password: 'the old password' };

  async function startWithJane(passwordModify: boolean, options?: Options): Promise<TestLdapServer> {
    const ldap = await start(options);
    const passwordHash = await ldap.hash(jane.password);
    const users = [
      aUser({ username: 'jdoe', passwordHash }),
      aUser({
        username: 'imported',
        passwordHash,
        origin: { sourceId: corp.id, externalId: 'x', dn: 'uid=imported', suspendedSince: null },
      }),
    ];
    await ldap.write(
      users.map(({ id }) => ({ subject: 'user', subjectId: id, memberId: null })),
      async (transaction) => {
        await transaction.insertSource(corp);
        await transaction.insertUsers(users);
      },
    );
    await ldap.setSettings({ passwordModify });
    return ldap;
  }

  async function canBind(ldap: TestLdapServer, bind: Bind): Promise<boolean> {
    return (await ldap.run('ldapwhoami', [], bind)).status === 0;
  }

  it('is off, and not advertised, unless it was switched on', async () => {
    const ldap = await startWithJane(false);
    const { stdout, stderr } = await ldap.run(
      'ldappasswd',
      ['-a', jane.password, '-s', 'the new password'],
      jane,
    );
    expect(stdout + stderr).toContain('Server is unwilling to perform (53)');
    const extensions = async () =>
      values(
        (await ldap.search(['-b', '', '-s', 'base', 'supportedExtension'], null))[0],
        'supportedExtension',
      );
    expect(await extensions()).toEqual([Oid.whoAmI, Oid.cancel]);
    await ldap.setSettings({ passwordModify: true });
    expect(await extensions()).toEqual([Oid.whoAmI, Oid.cancel, Oid.passwordModify]);
  });

  it('changes the password of who is bound and knows the old one', async () => {
    const ldap = await startWithJane(true);
    const done = await ldap.run('ldappasswd', ['-a', jane.password, '-s', 'the new password', jane.dn], jane);
    expect(done.status).toBe(0);
    expect(await canBind(ldap, { ...jane, password: 'the new password' })).toBe(true);
    expect(await canBind(ldap, jane)).toBe(false);
    const [line] = await ldap.test.auditLines();
    expect(line).toMatchObject({
      action: 'user.password',
      actor: { door: 'ldap', name: 'jdoe', address: '127.0.0.1' },
    });
  });

  it('is answered before rights end, also where the change is known here before the answer', async () => {
    const sequence = (): number => ldap.server.status().sequence;
    let before = Number.POSITIVE_INFINITY;
    const ldap = await startWithJane(true, {
      passwordChanged: () => expect.poll(sequence).toBeGreaterThan(before),
    });
    before = sequence();
    const wire = createWire(ldap.connect());
    wire.send(message(1, simpleBind(jane.dn, jane.password)));
    await wire.received(1);
    const change = element(0x30, element(0x81, jane.password), element(0x82, 'the new password'));
    wire.send(message(2, extended(Oid.passwordModify, change)), message(3, search()));
    const answers = (await wire.received(3)).slice(1);
    expect(answers.map(({ id, code }) => [id, code])).toEqual([
      [2, 0],
      [0, 52],
    ]);
  });

  it('makes a password up where none is given', async () => {
    const ldap = await startWithJane(true);
    const { stdout } = await ldap.run('ldappasswd', ['-a', jane.password], jane);
    expect(stdout).toContain('New password: a password that was made up');
    expect(await canBind(ldap, { ...jane, password: 'a password that was made up' })).toBe(true);
  });

  it.each([
    ['without the old password', ['-s', 'the new password'], 'unwilling to perform (53)'],
    ['with a wrong old password', ['-a', 'wrong', '-s', 'the new password'], 'Invalid credentials (49)'],
    ['to one that is too short', ['-a', jane.password, '-s', 'short'], 'Constraint violation (19)'],
    [
      'of somebody else',
      ['-a', jane.password, '-s', 'the new password', 'uid=imported,ou=users,dc=roster'],
      'Insufficient access (50)',
    ],
    [
      'of what is no name',
      ['-a', jane.password, '-s', 'the new password', 'a=b=,c'],
      'Insufficient access (50)',
    ],
  ])('is refused %s', async (_how, args, text) => {
    const ldap = await startWithJane(true);
    const { stdout, stderr } = await ldap.run('ldappasswd', args, jane);
    expect(stdout + stderr).toContain(text);
    expect(await canBind(ldap, jane)).toBe(true);
  });

  it('is refused to the bind DN, to nobody, and to imported users with a sentence', async () => {
    const ldap = await startWithJane(true);
    const change = ['-a', jane.password, '-s', 'the new password'];
    for (const who of [undefined, null]) {
      const { stdout, stderr } = await ldap.run('ldappasswd', [...change, jane.dn], who);
      expect(stdout + stderr).toContain('Insufficient access (50)');
    }
    const verifying = await start({ credentials: { verify: async () => ({ ok: true }) } });
    await verifying.setSettings({ passwordModify: true });
    const user = aUser({
      username: 'imported',
      origin: { sourceId: corp.id, externalId: 'x', dn: 'uid=imported', suspendedSince: null },
    });
    await verifying.write([{ subject: 'user', subjectId: user.id, memberId: null }], async (transaction) => {
      await transaction.insertSource(corp);
      await transaction.insertUsers([user]);
    });
    const { stdout, stderr } = await verifying.run('ldappasswd', change, { dn: 'imported', password: 'any' });
    expect(stdout + stderr).toContain('Server is unwilling to perform (53)');
    expect(stdout + stderr).toContain('change it there');
  });
});

describe('other extended operations', () => {
  it('are refused: StartTLS because TLS is on, what is unknown as such', async () => {
    const wire = await bound(await start());
    wire.send(message(2, extended(Oid.startTls)), message(3, extended('1.2.3.4')));
    const [, startTls, unknown] = await wire.received(3);
    expect(startTls).toMatchObject({ tag: 0x78, code: 1 });
    expect(unknown).toMatchObject({ tag: 0x78, code: 2 });
  });
});
