/** One user: what is known, and what can be done. */
import type { ComponentChildren, VNode } from 'preact';
import type { Directory, GroupOfUser } from '../../core/directory/directory.ts';
import type { GroupThrough } from '../../core/directory/nesting.ts';
import { DirectoryError } from '../../core/errors.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import { Action, Facts, State, Time, Title } from '../views/parts.tsx';
import { Attributes, attributesOf } from './attribute-values.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';
import { storageOf } from './storage.tsx';

export type UserPagesDependencies = Pick<
  Directory,
  'users' | 'nesting' | 'sources' | 'attributes' | 'quotas'
>;

export function userPages(port: UserPagesDependencies): readonly Page[] {
  return [
    {
      method: 'get',
      path: '/users/:username',
      needs: 'users.read',
      show: (asked, visitor) => userPage(port, asked, visitor),
    },
    {
      method: 'get',
      path: '/users/:username/avatar',
      needs: null,
      show: (asked, visitor) => avatar(port, asked, visitor),
    },
    {
      method: 'post',
      path: '/users/:username/avatar',
      needs: null,
      show: (asked, visitor) => setAvatar(port, asked, visitor),
    },
  ];
}

export function nameOf({ params }: Asked): string {
  return params['username'] ?? '';
}

export function pathOf(username: string): string {
  return `/users/${encodeURIComponent(username)}`;
}

async function userPage(port: UserPagesDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { actor } = visitor;
  const user = await port.users.byUsername(actor, nameOf(asked));
  const source = await sourceOf(port.sources, user);
  const isBelow = await port.users.isBelow(actor, user);
  const body = (
    <>
      <Title actions={<Actions user={user} isBelow={isBelow} visitor={visitor} />}>{user.displayName}</Title>
      {isBelow ? null : (
        <p class="muted">{`${user.username} ranks as high as you: you see the account, and do not change it.`}</p>
      )}
      <div class="columns">
        <section>
          <h2>Account</h2>
          <Account user={user} source={source} visitor={visitor} />
          {await storageOf(port, user, visitor)}
        </section>
        <section>
          <h2>Groups</h2>
          <Groups {...(await groupsOf(port, user, visitor))} visitor={visitor} />
          <h2>Picture</h2>
          <Portrait user={user} visitor={visitor} mayChange={isBelow && may(visitor, 'users.edit')} />
          <Attributes
            attributes={await attributesOf(port, visitor, 'user', user.username)}
            path={pathOf(user.username)}
            csrfToken={visitor.csrfToken}
          />
        </section>
      </div>
    </>
  );
  return { kind: 'page', title: user.displayName, body };
}

/** The groups of a user: direct ones, and with the right to see groups also those through others. */
export async function groupsOf(
  { users, nesting }: Pick<UserPagesDependencies, 'users' | 'nesting'>,
  user: User,
  visitor: Visitor,
): Promise<Pick<GroupsProps, 'direct' | 'through'>> {
  const direct = (await users.groupsOf(visitor.actor, [user])).get(user.id) ?? [];
  const isShown = may(visitor, 'groups.read') || visitor.user.id === user.id;
  return { direct, through: isShown ? await nesting.groupsThrough(visitor.actor, user) : [] };
}

interface AccountProps {
  readonly user: User;
  readonly source: string | null;
  readonly visitor: Pick<Visitor, 'managedAt'>;
}

export function Account({ user, source, visitor }: AccountProps): VNode {
  const { profile, origin } = user;
  return (
    <Facts
      facts={{
        Username: user.username,
        State: <UserState user={user} />,
        Role: user.role,
        'E-mail': user.email,
        'Other addresses': user.otherEmails.join(', '),
        'Reached also at': profile.fallbackEmail,
        'Given name': user.givenName,
        'Family name': user.familyName,
        Title: profile.title,
        Department: profile.department,
        Organizations: profile.affiliations.join(', '),
        'Employee number': profile.employeeNumber,
        Telephone: profile.phone,
        Mobile: profile.mobile,
        Language: profile.language,
        'SSH keys': profile.sshPublicKeys.length || null,
        'Comes from': source,
        'Entry there': origin?.dn ?? null,
        'Disabled by sync since': origin?.suspendedSince == null ? null : <Time at={origin.suspendedSince} />,
        'Second factor': user.secondFactor ? 'on' : null,
        Password: source === null ? passwordState(user, visitor) : `checked by ${source}`,
        Created: <Time at={user.createdAt} />,
        Changed: <Time at={user.updatedAt} />,
        Id: user.id,
      }}
    />
  );
}

export function UserState({ user }: { readonly user: User }): VNode {
  if (isEnabled(user)) return <State mood="good">enabled</State>;
  return <State mood="warn">{user.active ? 'disabled by sync' : 'disabled'}</State>;
}

function passwordState(
  { passwordHash, passwordChangedAt }: User,
  { managedAt }: AccountProps['visitor'],
): ComponentChildren {
  if (passwordHash === null) return managedAt === null ? 'none here' : 'checked by the external authority';
  return (
    <>
      set <Time at={passwordChangedAt} none="at the first start" />
    </>
  );
}

interface GroupsProps {
  readonly direct: readonly GroupOfUser[];
  readonly through: readonly GroupThrough[];
  readonly visitor: Visitor;
}

/** With links to those that the visitor may see. */
export function Groups({ direct, through, visitor }: GroupsProps): VNode {
  if (direct.length === 0) return <p class="muted">In no group.</p>;
  const sees = may(visitor, 'groups.read');
  return (
    <ul>
      {direct.map(({ name, owner }) => (
        <li key={name}>
          <GroupName name={name} linked={sees || owner} />
          {owner ? ' (owner)' : ''}
        </li>
      ))}
      {through.map(({ name, through: by }) => (
        <li key={name}>
          <GroupName name={name} linked={sees} /> <span class="muted">through {by}</span>
        </li>
      ))}
    </ul>
  );
}

function GroupName({ name, linked }: { readonly name: string; readonly linked: boolean }): VNode {
  return linked ? <a href={`/groups/${encodeURIComponent(name)}`}>{name}</a> : <span>{name}</span>;
}

interface PortraitProps {
  readonly user: User;
  readonly visitor: Visitor;
  readonly mayChange: boolean;
}

export function Portrait({ user, visitor, mayChange }: PortraitProps): VNode {
  const action = `${pathOf(user.username)}/avatar`;
  return (
    <>
      {user.avatar === null ? (
        <p class="muted">None.</p>
      ) : (
        <img class="portrait" src={`${action}?${user.avatar.digest}`} alt={user.displayName} />
      )}
      {mayChange ? (
        <form method="post" action={action} enctype="multipart/form-data">
          <input type="hidden" name="csrf" value={visitor.csrfToken} />
          <label for="avatar">Another one: a JPEG of at most 64 KB</label>
          <input type="file" id="avatar" name="avatar" accept="image/jpeg" />
          <div class="actions">
            <button type="submit" class="secondary">
              Use it
            </button>
            {user.avatar === null ? null : (
              <button type="submit" name="none" value="yes" class="secondary outline">
                Take the picture away
              </button>
            )}
          </div>
        </form>
      ) : null}
    </>
  );
}

async function avatar({ users }: UserPagesDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const picture = await users.avatar(actor, nameOf(asked));
  if (picture === null) throw new DirectoryError('not-found', 'This user has no picture.');
  return { kind: 'file', type: 'image/jpeg', name: 'avatar.jpg', content: picture.jpeg };
}

async function setAvatar({ users }: UserPagesDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form, files } = asked;
  const given = form.has('none') ? null : files.get('avatar');
  if (given === undefined) throw new DirectoryError('invalid', 'Choose a picture first.');
  const { id, username } = await users.edit(visitor.actor, nameOf(asked), { avatar: given });
  const to = id === visitor.user.id ? '/me' : pathOf(username);
  return {
    kind: 'redirect',
    to,
    notice: given === null ? 'The picture is gone.' : 'The picture is changed.',
  };
}

/** What lets one do something about how a user gets in. */
const ACCESS = ['users.password', 'users.impersonate', 'users.second-factor'] as const;

interface ActionsProps {
  readonly user: User;
  /** Whether the visitor may act on the user. */
  readonly isBelow: boolean;
  readonly visitor: Visitor;
}

function Actions({ user, isBelow, visitor }: ActionsProps): VNode | null {
  if (!isBelow) return null;
  const path = pathOf(user.username);
  const { csrfToken } = visitor;
  const isOther = user.id !== visitor.user.id;
  return (
    <>
      {may(visitor, 'users.edit') ? (
        <>
          <Way to={`${path}/edit`} main>
            Edit
          </Way>
          <Action
            action={`${path}/enabled`}
            csrfToken={csrfToken}
            label={user.active ? 'Disable' : 'Enable'}
            look="secondary"
            values={{ enabled: user.active ? 'no' : 'yes' }}
          />
          <Action
            action={`${path}/sign-out`}
            csrfToken={csrfToken}
            label="Sign out everywhere"
            look="secondary"
          />
        </>
      ) : null}
      {isOther && ACCESS.some((permission) => may(visitor, permission)) ? (
        <Way to={`${path}/access`}>Ways in</Way>
      ) : null}
      {may(visitor, 'users.role') && isOther ? <Way to={`${path}/permissions`}>Permissions</Way> : null}
      {may(visitor, 'users.delete') ? <Way to={`${path}/delete`}>Delete</Way> : null}
    </>
  );
}

interface WayProps {
  readonly to: string;
  readonly main?: boolean;
  readonly children: string;
}

function Way({ to, main = false, children }: WayProps): VNode {
  return (
    <a href={to} class={main ? 'button' : 'button secondary'}>
      {children}
    </a>
  );
}
