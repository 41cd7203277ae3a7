/** How soon a change that another process has committed is read over LDAPS. */
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { User } from '../src/core/model/user.ts';
import { createAnswers } from './answers.ts';
import { USERS_DN, userDn } from './population.ts';
import { userId } from './population-rows.ts';
import { ADMIN_BIND, messages, searchOperation, UNBIND } from './requests.ts';
import { openBenchStore } from './roster.ts';

export interface Visibility {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const WAIT_MS_MAX = 10_000;

/** Changes one user after the other as the command line would, and asks until the answer shows it. */
export async function measureVisibility(
  dataDir: string,
  port: number,
  caPem: string,
  changes: number,
): Promise<Visibility> {
  const store = await openBenchStore(dataDir);
  const socket = connect({ host: '127.0.0.1', port, ca: caPem }).setNoDelay(true);
  await once(socket, 'secureConnect');
  const ask = asker(socket);
  await ask(ADMIN_BIND);
  const delays: number[] = [];
  for (let index = 1; index <= changes; index += 1) {
    const name = `Changed ${process.hrtime.bigint()}`;
    const at = new Date();
    const user = await store.write(async (transaction) => {
      const present = await transaction.user(userId(index));
      if (present === null) throw new Error('A user of the bench is gone.');
      const changed: User = { ...present, displayName: name, updatedAt: at, ownUpdatedAt: at };
      await transaction.updateUsers([changed]);
      await transaction.appendChanges([{ subject: 'user', subjectId: changed.id, memberId: null }], at);
      return changed;
    });
    delays.push(await delayUntilSeen(user, ask));
  }
  socket.end(UNBIND);
  await store.close();
  delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function delayUntilSeen({ username, displayName }: User, ask: Ask): Promise<number> {
  const operation = searchOperation({
    base: USERS_DN,
    filter: `(uid=${username})`,
    attributes: ['displayName'],
  });
  const [request = ADMIN_BIND] = messages([operation]);
  const committed = performance.now();
  for (;;) {
    const answer = await ask(request);
    const waited = performance.now() - committed;
    if (answer.includes(displayName)) return waited;
    if (waited > WAIT_MS_MAX) throw new Error(`A change of ${userDn(1)} and others is not seen.`);
  }
}

type Ask = (request: Buffer) => Promise<Buffer>;

/** Sends one request and resolves with all bytes of its answer. */
function asker(socket: TLSSocket): Ask {
  return (request) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let isWhole = false;
      const answers = createAnswers({
        entry() {},
        result() {
          isWhole = true;
        },
      });
      const receive = (chunk: Buffer): void => {
        chunks.push(chunk);
        answers.push(chunk);
        if (!isWhole) return;
        socket.off('data', receive);
        resolve(Buffer.concat(chunks));
      };
      socket.on('data', receive);
      socket.write(request);
    });
}
