/** What sources are asked when somebody signs in. */
import type { RemoteVerifier } from '../core/credentials/verdict.ts';
import { createNewcomerDoor, type NewcomersDependencies } from './newcomers.ts';
import { createPace } from './pace.ts';
import { createRemotePassword, type RemotePasswordDependencies } from './remote-password.ts';
import { wait } from './retry.ts';
import { createSourceDoor, type SourceDoorDependencies } from './source-door.ts';

export type RemoteDependencies = Omit<
  NewcomersDependencies & RemotePasswordDependencies,
  'door' | 'sources'
> & {
  readonly sources: NewcomersDependencies['sources'] &
    RemotePasswordDependencies['sources'] &
    SourceDoorDependencies['sources'];
};

export function createRemoteVerifier(dependencies: RemoteDependencies): RemoteVerifier {
  const pace = createPace({ now: () => performance.now(), wait });
  const door = createSourceDoor({ sources: dependencies.sources, pace, wait });
  return {
    verify: createRemotePassword({ ...dependencies, door }),
    admit: createNewcomerDoor({ ...dependencies, door }),
  };
}
