/** Describes the routes of the API as an OpenAPI 3.1 document, out of the schemas that check what comes and goes. */
import { z } from 'zod';
import { PERMISSIONS } from '../core/access/permissions.ts';
import type { AnswerForm, Method, Route } from './api/route.ts';

type Json = Readonly<Record<string, unknown>>;

export function describeRoutes(routes: readonly Route[]): Json {
  const schemas = new Map<string, Json>();
  const paths: Record<string, Partial<Record<Method, Json>>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Roster',
      version: '1',
      description: 'The users and groups of this directory, and all that is managed about them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries([...schemas, ['Problem', schemaOf(PROBLEM, 'output', schemas)]]),
    },
  };
}

const PROBLEM = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('One sentence.'),
    code: z.string().optional(),
    field: z.string().optional().describe('The member of the request that is at fault.'),
  })
  .describe('Problem details (RFC 9457).');
const PROBLEM_ANSWER = {
  description: 'A problem.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function operation(route: Route, schemas: Map<string, Json>): Json {
  const { method, path, tag, summary, needs, query, answers } = route;
  const content = requestContent(route, schemas);
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: needsSentence(needs),
    ...(needs === 'nothing' && { security: [] }),
    parameters: [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query, schemas))],
    ...(content !== null && { requestBody: { required: true, content } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, form]) => [status, answer(form, schemas)])),
      default: PROBLEM_ANSWER,
    },
  };
}

/** For example getUsersByUsername. */
function operationId(method: Method, path: string): string {
  const words = path.split('/').flatMap((part) => {
    const parameter = /^\{(\w+)\}$/.exec(part)?.[1];
    return parameter === undefined ? part.split(/[^a-z0-9]+/i) : ['by', parameter];
  });
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

function needsSentence(needs: Route['needs']): string {
  if (needs === 'nothing') return 'Needs no token.';
  if (needs === 'sign-in') return 'For everybody who has signed in, within his rights.';
  return `Needs the permission ${needs}: ${PERMISSIONS[needs]}.`;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject, schemas: Map<string, Json>): Json[] {
  const { required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: schemaOf(schema, 'input', schemas),
  }));
}

function requestContent(
  { body, upload }: Pick<Route, 'body' | 'upload'>,
  schemas: Map<string, Json>,
): Json | null {
  if (upload !== undefined) return mediaTypes(upload);
  return body === undefined ? null : { 'application/json': { schema: schemaOf(body, 'input', schemas) } };
}

function answer(form: AnswerForm, schemas: Map<string, Json>): Json {
  if (form === null) return { description: 'Done.' };
  if (isMediaTypes(form)) return { description: 'The content.', content: mediaTypes(form) };
  return {
    description: form.description ?? 'The answer.',
    content: { 'application/json': { schema: schemaOf(form, 'output', schemas) } },
  };
}

function isMediaTypes(form: z.ZodType | readonly string[]): form is readonly string[] {
  return Array.isArray(form);
}

function mediaTypes(types: readonly string[]): Json {
  return Object.fromEntries(types.map((type) => [type, {}]));
}

/** The schema as JSON; what has an id goes to the components. */
function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', schemas: Map<string, Json>): Json {
  const {
    $schema: _dialect,
    $defs = {},
    ...json
  } = z.toJSONSchema(schema, { io, ...(io === 'output' && { override: leaveOpen }) });
  for (const [name, described] of Object.entries($defs)) schemas.set(name, referring(described));
  return referring(json);
}

/** Answers may gain members: clients are told to expect that. */
function leaveOpen({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

function referring(json: unknown): Json {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
