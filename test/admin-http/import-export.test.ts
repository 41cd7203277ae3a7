import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_TOKEN, openTestApi, type TestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';

const HEAD = 'username,email,fallback email,full name,role\n';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

afterAll(() => api.remove());

function upload(body: string | Uint8Array<ArrayBuffer>, query = '', type = 'text/csv'): Promise<Response> {
  return api.call(`/api/v1/import${query}`, { method: 'POST', headers: { 'content-type': type }, body });
}

test('a file is previewed, imported, and imported again as an update', async () => {
  const file = `${HEAD}jdoe,jane@example.org,,Jane Doe,admin\n`;
  const preview = await upload(file, '?preview=true');
  expect([preview.status, await preview.json()]).toMatchObject([200, { applied: false, created: 1 }]);
  const done = await upload(file);
  expect([done.status, await done.json()]).toMatchObject([200, { applied: true, created: 1, problems: [] }]);
  expect(await (await upload(file, '?update=true')).json()).toMatchObject({ applied: true, unchanged: 1 });
  const people = JSON.stringify([{ username: 'jdoe', displayName: 'Jane Roe' }]);
  expect(await (await upload(people, '?update=true', 'application/json')).json()).toMatchObject({
    updated: 1,
  });
  expect(await api.directory.users.byUsername(ACTOR, 'jdoe')).toMatchObject({ displayName: 'Jane Roe' });
});

test('a file with flaws is a 400 that names each, and changes nothing', async () => {
  const response = await upload(`${HEAD}fine,,,,\nnot fine,,,,\nlee,nowhere,,,\n`);
  expect([response.status, await response.json()]).toMatchObject([
    400,
    {
      ...{ code: 'invalid', field: 'username', problemsTotal: 2 },
      problems: [
        { line: 3, column: 'username' },
        { line: 4, column: 'email' },
      ],
    },
  ]);
  await expect(api.directory.users.byUsername(ACTOR, 'fine')).rejects.toMatchObject({ code: 'not-found' });
  expect((await upload('shoe size\n')).status).toBe(400);
  expect((await upload(Uint8Array.from([0xff, 0x0a]))).status).toBe(400);
  expect((await upload('['.repeat(100_000), '', 'application/json')).status).toBe(400);
  expect((await upload(HEAD, '', 'text/plain')).status).toBe(415);
});

/** A body of so many bytes, announced or in chunks. */
function flood(bytes: number, announced: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...{ authorization: `Bearer ${API_TOKEN}`, 'content-type': 'text/csv' },
      ...(announced && { 'content-length': String(bytes) }),
    };
    const sent = request(`${api.url}/api/v1/import`, { method: 'POST', headers });
    let answered = false;
    sent.on('response', ({ statusCode = 0 }) => {
      answered = true;
      resolve(statusCode);
      sent.destroy();
    });
    // The server closes the connection on what it does not want to read.
    sent.on('error', (error) => answered || reject(error));
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const write = (left: number): void => {
      if (answered || left <= 0) return;
      sent.write(chunk, () => write(left - chunk.length));
    };
    write(bytes);
  });
}

test('100 MB are refused with 413, at once where they are announced', async () => {
  expect(await flood(100 * 1024 * 1024, true)).toBe(413);
  expect(await flood(100 * 1024 * 1024, false)).toBe(413);
});

test('an export is streamed in each format, and not to everybody', async () => {
  const types = { csv: /^text\/csv/, json: /^application\/json/, ldif: /^text\/plain/ };
  for (const [format, type] of Object.entries(types)) {
    const response = await api.call(`/api/v1/export?format=${format}`);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="roster.${format}"`);
    expect(await response.text()).toContain('admin');
  }
  expect((await api.call('/api/v1/export?format=xml')).status).toBe(400);
  expect((await api.call('/api/v1/export?format=csv', {}, await api.tokenOf('user-manager'))).status).toBe(
    403,
  );
});
