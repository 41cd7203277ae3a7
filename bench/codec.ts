/** Measures the LDAP codec: how many requests it reads and entries it writes in a second, ldapjs beside it. */
import { createRequire } from 'node:module';
import { dnKey, parseDn } from '../src/core/syntax/dn.ts';
import { parseFilter } from '../src/core/syntax/filter-text.ts';
import { BerWriter } from '../src/ldap-server/protocol/ber-writer.ts';
import { decodeRequest } from '../src/ldap-server/protocol/decode.ts';
import {
  appendSearchEntry,
  encodeEntryBody,
  encodePartialAttribute,
  encodeResult,
} from '../src/ldap-server/protocol/encode.ts';
import { createFramer } from '../src/ldap-server/protocol/framing.ts';
import { message, search } from '../test/support/ber-builder.ts';
import { filterBytes } from '../test/support/filter-bytes.ts';

const MEASURE_MS = 1000;
const BATCH = 1000;
const DN = 'uid=jdoe,ou=users,dc=roster';
const FILTER = '(&(objectClass=person)(|(uid=jdoe)(mail=jdoe@example.org)))';

interface LdapjsParser {
  write(bytes: Buffer): void;
  on(event: 'message', listener: () => void): void;
}
const { Parser } = createRequire(import.meta.url)('ldapjs/lib/messages/index.js') as {
  Parser: new (options: object) => LdapjsParser;
};

const SEARCH = message(
  2,
  search({ filter: filterBytes(parseFilter(FILTER)), attributes: ['cn', 'mail', 'sn', 'memberOf'] }),
);
const CHUNK = Buffer.concat(Array.from({ length: 100 }, () => SEARCH));

const body = encodeEntryBody(DN, [
  encodePartialAttribute('objectClass', ['top', 'person', 'organizationalPerson', 'inetOrgPerson']),
  ...['uid', 'cn', 'sn', 'givenName', 'displayName', 'mail'].map((name) =>
    encodePartialAttribute(name, ['Jane Doe']),
  ),
  encodePartialAttribute('memberOf', ['cn=staff,ou=groups,dc=roster', 'cn=everybody,ou=groups,dc=roster']),
]);
const success = { code: 0, matchedDn: '', message: '' };

const framer = createFramer({ messageBytesMax: 65_536 });
const ldapjsParser = new Parser({ log: { trace() {}, debug() {}, error() {} } });
ldapjsParser.on('message', () => {});

measure('requests framed and read', 100, () => {
  framer.push(CHUNK);
  for (let frame = framer.next(); frame !== null; frame = framer.next()) decodeRequest(frame);
});
measure('the same by ldapjs', 100, () => ldapjsParser.write(CHUNK));
measure(`ready entries of ${body.length} bytes written`, BATCH, () => {
  const writer = new BerWriter(BATCH * (body.length + 20));
  for (let id = 1; id <= BATCH; id += 1) appendSearchEntry(writer, id, body);
  writer.finish();
});
measure('results written', BATCH, () => {
  for (let id = 1; id <= BATCH; id += 1) encodeResult(id, 'search-done', success);
});
measure('DNs parsed and folded', BATCH, () => {
  for (let n = 0; n < BATCH; n += 1) dnKey(parseDn(DN));
});
measure('filter texts parsed', BATCH, () => {
  for (let n = 0; n < BATCH; n += 1) parseFilter(FILTER);
});

/** Repeats `work`, which does `count` of what is measured, and prints how many there were in a second. */
function measure(what: string, count: number, work: () => void): void {
  for (let warmUp = 0; warmUp < 50; warmUp += 1) work();
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < MEASURE_MS) {
    work();
    done += count;
  }
  const perSecond = Math.round((done * 1000) / (performance.now() - start));
  process.stdout.write(`${perSecond.toLocaleString('en').padStart(12)}/s  ${what}\n`);
}
