import { type LookupAddress, lookup } from 'node:dns';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createLookup, type LookupAll } from '../../../src/connector/ldap/lookup.ts';

test.each([
  ['169.254.169.254'],
  ['fe80::1'],
  ['fe80::1%eth0'],
  ['::ffff:169.254.169.254'],
  ['0.0.0.0'],
  ['::'],
  ['224.0.0.1'],
  ['ff02::1'],
])('a name that stands for %s is refused, naming the URL', async (address) => {
  await expect(resolve([address])).rejects.toMatchObject({ code: 'invalid', field: 'url' });
});

test('of several addresses those that a source may have are left', async () => {
  const found = ['169.254.169.254', '10.1.2.3', 'fd12::1', '127.0.0.1'];
  expect(await resolve(found)).toEqual(['10.1.2.3', 'fd12::1', '127.0.0.1']);
});

test('a name for this machine must not stand for another one', async () => {
  expect(await resolve(['192.0.2.1', '::1'], ['loopback'])).toEqual(['::1']);
  await expect(resolve(['192.0.2.1'], ['loopback'])).rejects.toMatchObject({ code: 'invalid' });
});

test('a name that is not found stays an error of the resolver', async () => {
  const failing = answering(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
  const outcome = new Promise((_, reject) => {
    createLookup(failing, ['other'])('ldap.example.org', { all: true }, reject);
  });
  await expect(outcome).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('who asks for one address is told one', async () => {
  const one = new Promise((done) => {
    const lookupOne = createLookup(answering(null, ['169.254.0.1', '10.0.0.1']), ['other']);
    lookupOne('ldap.example.org', {}, (error, address, family) => done([error, address, family]));
  });
  expect(await one).toEqual([null, '10.0.0.1', 4]);
});

test('a connection by name uses it', async () => {
  const server = createServer((socket) => socket.end()).listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address !== 'string' ? address.port : 0;
  const reached = connect({ host: 'localhost', port, lookup: createLookup(lookup, ['loopback']) });
  await once(reached, 'connect');
  reached.destroy();
  const kept = connect({ host: 'localhost', port, lookup: createLookup(lookup, ['other']) });
  await expect(once(kept, 'connect')).rejects.toMatchObject({ code: 'invalid', field: 'url' });
  server.close();
});

async function resolve(
  addresses: readonly string[],
  kinds: Parameters<typeof createLookup>[1] = ['loopback', 'other'],
): Promise<string[]> {
  const found = await new Promise<string | LookupAddress[]>((done, reject) => {
    const vetted = createLookup(answering(null, addresses), kinds);
    vetted('ldap.example.org', { all: true }, (error, answer) =>
      error === null ? done(answer) : reject(error),
    );
  });
  return typeof found === 'string' ? [found] : found.map(({ address }) => address);
}

/** A resolver that answers so, whatever it is asked. */
function answering(error: NodeJS.ErrnoException | null, addresses: readonly string[]): LookupAll {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, _options, callback) => callback(error, found);
}
