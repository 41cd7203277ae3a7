import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, PASSWORD, type TestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';
import { csrfTokenOf, postForm, signInByForm } from '../support/pages.ts';

let api: TestApi;
let token: string;

beforeAll(async () => {
  api = await openTestApi();
  token = await api.tokenOf('user', 'jane');
});
afterAll(() => api.remove());

const patch = (body: object, path = '/me') => api.send('PATCH', `/api/v1${path}`, body, token);
const emailOf = async (name: string) => (await api.directory.users.byUsername(ACTOR, name)).email;

test('an own address is changed by the API with the present password alone', async () => {
  const email = 'jane@example.org';
  const unproven = await patch({ email });
  expect([unproven.status, await unproven.json()]).toMatchObject([400, { field: 'currentPassword' }]);
  const wrong = await patch({ email, currentPassword: 'a guess' });
  expect([wrong.status, await wrong.json()]).toMatchObject([403, { field: 'currentPassword' }]);
  expect(await emailOf('jane')).toBeNull();
  expect((await patch({ email, currentPassword: PASSWORD })).status).toBe(200);
  expect(await emailOf('jane')).toBe(email);
  // What is no address, or stays, needs none.
  expect((await patch({ email, displayName: 'Jane Doe' })).status).toBe(200);
});

test('managers give the password too for an own address, at each of the ways there are', async () => {
  const cookie = await signInByForm(api.url, 'admin');
  const csrf = await csrfTokenOf(api.url, cookie);
  for (const path of ['/me/edit', '/users/admin/edit']) {
    const email = `${path.split('/')[1]}@example.org`;
    const post = async (fields: Record<string, string>) => {
      const response = await postForm(api.url, path, { email, csrf, ...fields }, { cookie });
      return [response.status, await response.text()];
    };
    expect(await post({})).toEqual([422, expect.stringContaining('Give your present password')]);
    expect(await post({ currentPassword: 'x' })).toEqual([
      422,
      expect.stringContaining('not your present password'),
    ]);
    expect(await post({ currentPassword: PASSWORD })).toEqual([303, expect.any(String)]);
    expect(await emailOf('admin')).toBe(email);
  }
  // Somebody else's needs none.
  const of = await postForm(api.url, '/users/jane/edit', { email: 'j@example.org', csrf }, { cookie });
  expect(of.status).toBe(303);
});
