import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientTypes } from '../api-client/generate.ts';
import { openTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let document: { paths: Record<string, Record<string, { operationId: string }>> };

beforeAll(async () => {
  api = await openTestApi();
  document = (await (await api.call('/api/v1/openapi.json', {}, null)).json()) as typeof document;
});

afterAll(() => api.remove());

test('the document is valid OpenAPI 3.1, for whoever asks', async () => {
  const result = await new Validator().validate(document);
  expect(result).toMatchObject({ valid: true });
});

test('every operation has an id of its own', () => {
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

/** `npx vitest run test/admin-http/openapi.test.ts -u` writes it anew. */
test('the client in test/api-client is made of this document', async () => {
  await expect(await clientTypes(document)).toMatchFileSnapshot('../api-client/schema.ts');
});
