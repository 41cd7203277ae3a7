/** What the process that leads and its workers ask one another, and the shape of each question and answer. */
import { z } from 'zod';
import type { SearchSeen, SignInSeen } from '../../core/activity/activity.ts';
import type { Config } from '../../core/config/config.ts';
import type { Answer, Question } from '../../core/credentials/distant.ts';
import type { OwnPasswordChange } from '../../core/credentials/own-password.ts';
import type { Account, SignInContext, SignInObservation, Verdict } from '../../core/credentials/verdict.ts';
import type { MetricsReading } from '../../core/metrics/readings.ts';
import type { Certificate } from '../certificate.ts';
import type { SeatRefusal } from '../connection-seats.ts';
import type { Limits } from '../limits.ts';
import type { LdapServerStatus } from '../server.ts';
import type { SearchTrial, Sighted, SignInTrial, Tried, TriedSearch } from '../trials.ts';
import type { Calls } from './channel.ts';
import type { Happened } from './forwarded-activity.ts';

/** What a worker needs to know to serve. */
export interface WorkerTask {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir' | 'logLevel'>;
  readonly baseDn: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly proxies: readonly string[];
  readonly limits: Limits;
  readonly certificate: Certificate;
  /** Whether others have served before it came. */
  readonly joinsLate: boolean;
}

/** How a worker is. */
export interface WorkerStatus extends LdapServerStatus {
  /** Why what it serves may be behind; null: it is in step. */
  readonly trouble: string | null;
}

const text = z.string();
const bool = z.boolean();
const count = z.int().nonnegative();
const orNull = <Shape extends z.ZodType>(shape: Shape) => z.union([shape, z.null()]);
/** NaN too. */
const measured = z.custom<number>((value) => typeof value === 'number');
const nothing = z.undefined();
const done = z.void();
/** Data of the type, in which the named fields are looked at: both ends are of one build. */
const data = <Data>(fields: { readonly [Name in keyof Data]?: z.ZodType }): z.ZodType<Data> =>
  z.looseObject(fields as Record<string, z.ZodType>) as unknown as z.ZodType<Data>;

const listen = z.object({ host: text, port: count });
const certificate = data<Certificate>({ certPem: text, keyPem: text });
const context = data<Omit<SignInContext, 'observe'>>({ address: orNull(text), name: text });
const account = data<Account>({
  ...{ userId: text, username: text, enabled: bool, passwordHash: orNull(text) },
  ...{ extraCredentials: count, secondFactor: bool, origin: orNull(z.looseObject({ sourceId: text })) },
});
const asked = { password: text, context };
const question = z.union([
  z.object({ of: z.literal('account'), account: orNull(account), ...asked }),
  z.object({ of: z.literal('newcomer'), ...asked }),
  z.object({ of: z.literal('secret'), secret: z.object({ id: text, hash: text }), ...asked }),
]) satisfies z.ZodType<Question>;
const answer = z.object({
  verdict: data<Verdict>({ ok: bool }),
  seen: orNull(
    data<SignInObservation>({ outcome: text, method: text, address: orNull(text), durationMs: z.number() }),
  ),
}) satisfies z.ZodType<Answer>;
const signInSeen = data<SignInSeen>({
  door: z.enum(['LDAP', 'web']),
  name: text,
  address: orNull(text),
  reason: text,
});
const searchSeen = data<SearchSeen>({ name: text, subject: text, address: text, ok: bool, reason: text });
const happened = data<Happened>({
  signIns: z.array(signInSeen),
  more: z.object({ ok: count, failed: count }),
  searches: z.array(searchSeen),
  connections: z.array(z.object({ address: text, reason: text })),
});
const status = z.object({
  ...{ connections: count, users: count, groups: count, sequence: count, treeBytes: count },
  trouble: orNull(text),
}) satisfies z.ZodType<WorkerStatus>;
const reading = data<MetricsReading>({
  operations: z.array(z.object({ type: text, buckets: z.array(count), sumMs: z.number() })),
  registry: z.array(
    z.looseObject({ name: text, type: text, values: z.array(z.looseObject({ value: measured })) }),
  ),
});
const refusal = orNull(z.enum(['too-many', 'too-many-of-address'])) satisfies z.ZodType<SeatRefusal | null>;

/** What a worker asks of the process that leads. */
export const LEADER_CALLS = {
  /** It listens; what was said to it before nobody has heard. */
  'is-there': { input: nothing, output: done },
  verify: { input: question, output: answer },
  /** A source changed. */
  forget: { input: nothing, output: done },
  'change-own-password': {
    input: data<OwnPasswordChange>({
      userId: text,
      oldPassword: text,
      newPassword: orNull(text),
      address: orNull(text),
    }),
    output: orNull(text),
  },
  /** It wants connections from now on. */
  'open-port': { input: nothing, output: listen },
  /** It wants no more. */
  'close-port': { input: nothing, output: done },
  /** This connection has come. */
  took: { input: count, output: done },
  'take-seat': { input: orNull(text), output: refusal },
  'leave-seat': { input: orNull(text), output: done },
  happened: { input: happened, output: done },
  status: { input: status, output: done },
} satisfies Calls;

/** What the process that leads asks of a worker. */
export const WORKER_CALLS = {
  /** Resolves when it serves. */
  start: {
    input: data<WorkerTask>({
      config: z.looseObject({ dataDir: text }),
      baseDn: text,
      listen,
      limits: z.looseObject({}),
      certificate,
      joinsLate: bool,
    }),
    output: listen,
  },
  /** Tells its clients, and ends. */
  stop: { input: nothing, output: done },
  'use-certificate': { input: certificate, output: done },
  /** The throttle refuses attempts under this key until then. */
  paused: { input: z.object({ key: text, until: z.number() }), output: done },
  metrics: { input: nothing, output: z.object({ reading, status }) },
  'try-sign-in': {
    input: data<SignInTrial>({ name: text, password: text, address: text, application: orNull(text) }),
    output: data<Tried>({ ok: bool, sentence: text }),
  },
  'try-search': {
    input: data<SearchTrial>({
      as: orNull(text),
      base: text,
      scope: text,
      filter: text,
      attributes: z.array(text),
    }),
    output: data<TriedSearch>({
      ok: bool,
      sentence: text,
      count: orNull(count),
      entries: z.array(z.unknown()),
    }),
  },
  sight: {
    input: text,
    output: orNull(data<Sighted>({ users: count, groups: count, first: z.array(text) })),
  },
} satisfies Calls;
