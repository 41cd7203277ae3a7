/** What a user may take of storage, and takes, as applications say. */
import type { VNode } from 'preact';
import type { Quotas, Storage } from '../../core/directory/directory.ts';
import type { User } from '../../core/model/user.ts';
import { State, Time } from '../views/parts.tsx';
import type { Visitor } from './page.ts';

export interface StoragePort {
  readonly quotas: Pick<Quotas, 'of'>;
}

/** Nothing where there is neither a limit nor anything taken. */
export async function storageOf(
  { quotas }: StoragePort,
  { username }: User,
  { actor }: Visitor,
): Promise<VNode | null> {
  const storage = await quotas.of(actor, username);
  const { maxStorageMB, applications } = storage;
  return maxStorageMB === null && applications.length === 0 ? null : <StorageUse storage={storage} />;
}

function StorageUse({ storage }: { readonly storage: Storage }): VNode {
  const { maxStorageMB, usedMB, isExceeded, applications } = storage;
  const words = maxStorageMB === null ? `${usedMB} MB, without a limit` : `${usedMB} of ${maxStorageMB} MB`;
  return (
    <section>
      <h2>Storage</h2>
      <p>
        {isExceeded ? <State mood="bad">{`${words}: more than allowed`}</State> : words}
        {maxStorageMB === null ? null : (
          <progress
            value={Math.min(usedMB, maxStorageMB)}
            max={Math.max(maxStorageMB, 1)}
            aria-label="Storage taken"
          />
        )}
      </p>
      <ul>
        {applications.map(({ name, usedMB: megabytes, at }) => (
          <li key={name}>
            {name}: {megabytes} MB{' '}
            <span class="muted">
              said at <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
