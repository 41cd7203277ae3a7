/** What sources are asked when somebody signs in. */
import type { RemoteVerifier } from '../core/credentials/verdict.ts';
import { createAway } from './away.ts';
import { createNewcomerDoor, type NewcomersDependencies } from './newcomers.ts';
import { createRemotePassword, type RemotePasswordDependencies } from './remote-password.ts';

export type RemoteDependencies = Omit<NewcomersDependencies & RemotePasswordDependencies, 'away'>;

export function createRemoteVerifier(dependencies: RemoteDependencies): RemoteVerifier {
  const away = createAway(dependencies.clock);
  return {
    verify: createRemotePassword({ ...dependencies, away }),
    admit: createNewcomerDoor({ ...dependencies, away }),
    isAway: () => away.isAny(),
  };
}
