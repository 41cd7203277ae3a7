import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Dereferenced,
  decodeDereferenceRequest,
  encodeDereferenceResponse,
} from '../../../src/ldap-server/protocol/controls/dereference.ts';
import { decodeSortRequest, encodeSortResponse } from '../../../src/ldap-server/protocol/controls/sorting.ts';
import {
  decodeVirtualListViewRequest,
  encodeVirtualListViewResponse,
} from '../../../src/ldap-server/protocol/controls/virtual-list-view.ts';
import {
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
} from '../../../src/ldap-server/protocol/encode.ts';
import {
  decodePasswordModify,
  encodeGeneratedPassword,
} from '../../../src/ldap-server/protocol/extended/password-modify.ts';
import { encodeAuthorizationId } from '../../../src/ldap-server/protocol/extended/who-am-i.ts';
import type { Control, ExtendedRequest, RequestMessage } from '../../../src/ldap-server/protocol/messages.ts';
import { Oid } from '../../../src/ldap-server/protocol/oids.ts';
import { ResultCode } from '../../../src/ldap-server/protocol/result-codes.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const run = promisify(execFile);
const ok = { code: ResultCode.success, matchedDn: '', message: '' };
const JANE = 'uid=jdoe,ou=users,dc=roster';

function answer({ id, request, controls }: RequestMessage): Buffer[] {
  switch (request.type) {
    case 'bind':
      return [encodeResult(id, 'bind', ok)];
    case 'extended':
      return [encodeResult(id, 'extended', ok, { value: answerExtended(request) })];
    case 'search':
      return answerSearch(id, controls);
    default:
      return [];
  }
}

/** Tells the user whose password it would change, so that the client shows what arrived. */
function answerExtended({ oid, value }: ExtendedRequest): Buffer {
  return oid === Oid.whoAmI
    ? encodeAuthorizationId(JANE)
    : encodeGeneratedPassword(`made up for ${decodePasswordModify(value)?.user}`);
}

/** One entry, and an answer to each control; whoever comes back with the id of a list view is turned away. */
function answerSearch(id: number, asked: readonly Control[]): Buffer[] {
  const value = (oid: string) => asked.find((control) => control.oid === oid)?.value ?? null;
  const keys = decodeSortRequest(value(Oid.sortRequest));
  const view = decodeVirtualListViewRequest(value(Oid.virtualListViewRequest));
  const found = (decodeDereferenceRequest(value(Oid.dereference)) ?? []).map(
    ({ attribute, attributes }): Dereferenced => ({
      attribute,
      dn: JANE,
      attributes: attributes.map((name) => encodePartialAttribute(name, [`${name} of Jane`])),
    }),
  );
  if (view?.contextId?.toString() === 'context') {
    return [encodeResult(id, 'search-done', { ...ok, code: ResultCode.unwillingToPerform })];
  }
  const sorted = { code: ResultCode.noSuchAttribute, attribute: keys?.[0]?.attribute ?? null };
  const viewed = { targetPosition: 7, contentCount: 300, code: 0, contextId: Buffer.from('context') };
  return [
    encodeSearchEntry(
      id,
      'cn=staff,ou=groups,dc=roster',
      [encodePartialAttribute('cn', ['staff'])],
      found.length === 0 ? [] : [control(Oid.dereference, encodeDereferenceResponse(found))],
    ),
    encodeResult(id, 'search-done', ok, {
      controls: [
        ...(keys === null ? [] : [control(Oid.sortResponse, encodeSortResponse(sorted))]),
        ...(view === null
          ? []
          : [control(Oid.virtualListViewResponse, encodeVirtualListViewResponse(viewed))]),
      ],
    }),
  ];
}

const control = (oid: string, value: Buffer): Control => ({ oid, critical: false, value });

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(answer);
});
afterAll(() => server.stop());

/** What a command of OpenLDAP prints, whether or not it succeeds. */
async function printed(command: string, ...args: string[]): Promise<string> {
  const login = ['-x', '-H', server.url, '-D', JANE, '-w', 'secret'];
  const output = run(command, [...login, ...args]);
  output.child.stdin?.end();
  return output.then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
}

describe("OpenLDAP's tools read the answer to", () => {
  it('a sort request', async () => {
    const output = await printed('ldapsearch', '-E', 'sss=sn/-givenName', '(cn=*)');
    expect(output).toContain('sortResult: (16) No such attribute sn\n');
  });

  it('a virtual list view, whose context they send back', async () => {
    const output = await printed('ldapsearch', '-E', 'sss=sn', '-E', 'vlv=0/9/1/0', '(cn=*)');
    const context = Buffer.from('context').toString('base64');
    expect(output).toContain(`vlvResult: pos=7 count=300 context=${context} (0) Success\n`);
    expect(output).toContain('result: 53 Server is unwilling to perform\n');
  });

  it('a dereference', async () => {
    const output = await printed('ldapsearch', '-E', 'deref=member:uid,mail', '(cn=*)');
    expect(output).toContain(`# member: <uid=uid of Jane>;<mail=mail of Jane>;${JANE}\n`);
  });

  it('a password to make up', async () => {
    expect(await printed('ldappasswd', JANE)).toBe(`New password: made up for ${JANE}\n`);
  });

  it('the question who they are', async () => {
    expect(await printed('ldapwhoami')).toBe(`dn:${JANE}\n`);
  });
});
