/** On what the rights of a connection stand: whose password opens them, and whether they may be had from where it is. */
import type { Application } from '../../core/model/application.ts';
import { type AllowList, parseAllowList } from '../allow-list.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Identity } from '../tree/view.ts';
import type { Session } from './session.ts';

/** Who can bind. */
export type Bindable = Exclude<Identity, { kind: 'anonymous' }>;

/** What somebody who may bind is checked by. */
export interface Standing {
  /** bcrypt; null: checked at the source of the account. */
  readonly passwordHash: string | null;
  /** Of a user, as there; 0 for others. */
  readonly extraCredentials: number;
  /** Ids of the applications through which a user signs in here. */
  readonly through: readonly string[];
}

export interface Standings {
  /** null: nobody may bind as this account on this connection, whatever the password. */
  of(account: Bindable, session: Session): Standing | null;
  /** Whether all that a connection was bound by is as it was; where it is not, its rights are at an end. */
  holds(session: Session): boolean;
}

export interface StandingsDependencies {
  snapshot(): Snapshot;
  /** bcrypt of the password of the directory's own bind DN; null: not known yet. */
  bindPasswordHash(): string | null;
}

export function createStandings({ snapshot, bindPasswordHash }: StandingsDependencies): Standings {
  const addresses = new WeakMap<Application, AllowList>();

  function addressesOf(application: Application): AllowList {
    const list = addresses.get(application) ?? parseAllowList(application.allow);
    addresses.set(application, list);
    return list;
  }

  function isFromOwn(application: Application, { address }: Session): boolean {
    return application.allow.length > 0 && addressesOf(application).allows(address);
  }

  /**
   * Ids of the applications of which one must see whoever signs in here; null: anybody may. One that is switched off
   * counts too, and sees nobody: switching it off must not open what it kept closed.
   */
  function throughWhich(session: Session): readonly string[] | null {
    if (session.through !== null) return [session.through];
    const bound = [...snapshot().applications.values()].filter((each) => isFromOwn(each, session));
    return bound.length === 0 ? null : bound.map(({ id }) => id);
  }

  function ofUser(id: string, session: Session): Standing | null {
    const tree = snapshot();
    const user = tree.references.has(id) ? tree.user({ kind: 'user', by: 'id', value: id }) : null;
    if (user === null) return null;
    const through = throughWhich(session);
    const isSeen =
      through?.some((application) => tree.applicationView(application)?.sees(id) === true) ?? true;
    if (!isSeen) return null;
    const { passwordHash, extraCredentials } = user;
    return { passwordHash, extraCredentials, through: through ?? [] };
  }

  function ofApplication(id: string, session: Session): Standing | null {
    const application = snapshot().applications.get(id);
    if (!application?.enabled) return null;
    const isAllowed = application.allow.length === 0 || isFromOwn(application, session);
    return isAllowed ? { ...NO_EXTRAS, passwordHash: application.passwordHash } : null;
  }

  function of(account: Bindable, session: Session): Standing | null {
    switch (account.kind) {
      case 'admin': {
        const passwordHash = bindPasswordHash();
        return passwordHash === null ? null : { ...NO_EXTRAS, passwordHash };
      }
      case 'application':
        return ofApplication(account.id, session);
      case 'user':
        return ofUser(account.id, session);
    }
  }

  return {
    of,
    holds(session) {
      if (session.identity.kind === 'anonymous') return true;
      const standing = of(session.identity, session);
      return (
        standing?.passwordHash === session.passwordHash &&
        standing.extraCredentials === session.extraCredentials
      );
    },
  };
}

const NO_EXTRAS = { extraCredentials: 0, through: [] };
