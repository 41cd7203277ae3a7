import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../src/core/log.ts';
import { parseFilter } from '../../src/core/syntax/filter-text.ts';
import { filterShape, SHAPE_LENGTH_MAX } from '../../src/ldap-server/filter-shape.ts';
import type { ObservedOperation } from '../../src/ldap-server/operation-watch.ts';
import { element, message, search, simpleBind } from '../support/ber-builder.ts';
import { filterBytes } from '../support/filter-bytes.ts';
import { ADMIN_DN, ADMIN_PASSWORD, startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { createWire } from '../support/ldap-wire.ts';

describe('the shape of a filter', () => {
  it.each([
    ['(&(objectClass=person)(|(uid=jdoe)(mail=j*e@x*)))', '(&(objectClass=?)(|(uid=?)(mail=?*?*)))'],
    ['(!(cn~=s3cret))', '(!(cn~=?))'],
    ['(&(uidNumber>=5)(uidNumber<=7)(cn=*)(cn=*a*))', '(&(uidNumber>=?)(uidNumber<=?)(cn=*)(cn=*?*))'],
    ['(cn:dn:2.5.13.5:=s3cret)', '(cn:dn:2.5.13.5:=?)'],
  ])('of %s is %s', (text, shape) => {
    expect(filterShape(parseFilter(text))).toBe(shape);
  });

  it('of a filter that lists thousands of names is cut', () => {
    const filter = parseFilter(`(|${'(uid=somebody)'.repeat(1000)})`);
    expect(filterShape(filter).length).toBeLessThanOrEqual(SHAPE_LENGTH_MAX + 3);
  });
});

describe('an operation', () => {
  let ldap: TestLdapServer;
  afterEach(() => ldap.stop());

  it('is told of in one line at debug, without a password or a value of its filter, and to who counts', async () => {
    const lines: object[] = [];
    const told: ObservedOperation[] = [];
    const log: Logger = {
      ...silentLogger,
      isDebug: true,
      debug: (fields, text) => void (text === 'operation' && lines.push(JSON.parse(JSON.stringify(fields)))),
    };
    const observer = {
      operation: (operation: ObservedOperation) => void told.push(operation),
      refused: () => undefined,
      handshakeFailed: () => undefined,
    };
    ldap = await startLdapServer({ log, observer });
    const wire = createWire(ldap.connect());
    const filter = filterBytes(parseFilter('(|(uid=s3cret)(objectClass=organizationalUnit))'));
    wire.send(message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD)));
    await wire.received(1);
    wire.send(message(7, search({ filter })), message(8, element(0x77, element(0x80, '1.2.3'))));
    await wire.received(3);
    await expect.poll(() => lines.length).toBe(3);
    expect(lines).toMatchObject([
      { connection: 1, message: 1, address: '127.0.0.1', operation: 'bind', code: 0, entries: 0 },
      {
        ...{ connection: 1, message: 7, operation: 'search', target: 'dc=roster', scope: 'sub', code: 0 },
        ...{ filter: '(|(uid=?)(objectClass=?))', ms: expect.any(Number), entries: expect.any(Number) },
      },
      { connection: 1, message: 8, operation: 'extended', target: '1.2.3', code: 2 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`s3cret|${ADMIN_PASSWORD}`));
    expect(told.map(({ type, code }) => [type, code])).toEqual([
      ['bind', 0],
      ['search', 0],
      ['extended', 2],
    ]);
    expect(told[1]?.candidates).toBeGreaterThan(0);
    expect(told[1]?.entries).toBe(wire.answers.filter(({ tag }) => tag === 0x64).length);
  });
});
