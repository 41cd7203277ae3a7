/** One group with its members: people and other groups, some of the people as owners. */
import type { VNode } from 'preact';
import { z } from 'zod';
import type { Directory, NamedMember } from '../../core/directory/directory.ts';
import type { PersonOfGroup } from '../../core/directory/nesting.ts';
import type { Group } from '../../core/model/group.ts';
import { decodeCursor, encodeCursor, toPage } from '../cursor.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Pager, Table } from '../views/list.tsx';
import { Action, Facts, State, Time, Title } from '../views/parts.tsx';
import { Attributes, attributesOf } from './attribute-values.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';

export type GroupPagesDependencies = Pick<Directory, 'groups' | 'nesting' | 'sources' | 'attributes'>;

const ROWS = 50;
const place = z.string();

/** Owners of a group manage its members without any permission: core decides. */
export function groupPages(port: GroupPagesDependencies): readonly Page[] {
  const at = '/groups/:name';
  const pages = [
    { method: 'get', path: at, show: groupPage },
    { method: 'get', path: `${at}/people`, show: peoplePage },
    { method: 'post', path: `${at}/members`, show: addMember },
    { method: 'post', path: `${at}/members/remove`, show: removeMember },
  ] as const;
  return pages.map(({ show, ...page }) => ({
    ...page,
    needs: null,
    show: (asked, visitor) => show(port, asked, visitor),
  }));
}

export function nameOf({ params }: Asked): string {
  return params['name'] ?? '';
}

export function pathOf(name: string): string {
  return `/groups/${encodeURIComponent(name)}`;
}

async function groupPage(
  port: GroupPagesDependencies,
  asked: Asked,
  visitor: Visitor,
  state: FormState = firstForm(),
): Promise<Shown> {
  const group = await port.groups.withoutMembers(visitor.actor, nameOf(asked));
  const title = group.displayName || group.name;
  const body = (
    <>
      <Title actions={<Actions group={group} visitor={visitor} />}>{title}</Title>
      <Facts
        facts={{
          Name: group.name,
          Description: group.description,
          'Mail address': group.email,
          'Comes from': await sourceOf(port.sources, group),
          'Gone there since':
            group.origin?.suspendedSince == null ? null : <Time at={group.origin.suspendedSince} />,
          Created: <Time at={group.createdAt} />,
          Changed: <Time at={group.updatedAt} />,
          Id: group.id,
        }}
      />
      <Attributes
        attributes={await attributesOf(port, visitor, 'group', group.name)}
        path={pathOf(group.name)}
        csrfToken={visitor.csrfToken}
      />
      <h2>Members</h2>
      <Members
        {...(await membersOf(port, asked, visitor, group))}
        group={group}
        visitor={visitor}
        asked={asked}
      />
      {may(visitor, 'groups.read') ? (
        <p>
          <a href={`${pathOf(group.name)}/people`}>Everybody in it, also through groups in it</a>
        </p>
      ) : null}
      <AddMember group={group} visitor={visitor} state={state} />
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

interface MemberPage {
  readonly items: readonly NamedMember[];
  readonly next: string | null;
}

async function membersOf(
  { groups }: GroupPagesDependencies,
  { query }: Asked,
  { actor }: Visitor,
  { name }: Group,
): Promise<MemberPage> {
  const after = decodeCursor(place, query.get('cursor') ?? undefined);
  const found = await groups.members(actor, name, { after, limit: ROWS + 1 });
  return toPage(
    found,
    ROWS,
    ({ memberId }) => memberId,
    (member) => member,
  );
}

interface MembersProps extends MemberPage {
  readonly group: Group;
  readonly visitor: Visitor;
  readonly asked: Asked;
}

function Members({ items, next, group, visitor, asked }: MembersProps): VNode {
  return (
    <>
      <Table
        caption="Members"
        head={['Name', 'Kind', 'Added by', '']}
        rows={items.map((member) => (
          <MemberRow key={member.memberId} member={member} group={group} visitor={visitor} />
        ))}
        ifNone="It has no members yet."
      />
      <Pager path={pathOf(group.name)} query={asked.query} next={next} />
    </>
  );
}

interface MemberProps {
  readonly member: NamedMember;
  readonly group: Group;
  readonly visitor: Visitor;
}

function MemberRow({ member, group, visitor }: MemberProps): VNode {
  const { name, memberKind, owner, fromSource } = member;
  return (
    <tr>
      <th scope="row">
        {may(visitor, `${memberKind}s.read`) ? (
          <a href={`/${memberKind}s/${encodeURIComponent(name)}`}>{name}</a>
        ) : (
          name
        )}
      </th>
      <td>{owner ? <State mood="good">owner</State> : memberKind}</td>
      <td>{fromSource ? 'the source' : 'people'}</td>
      <td>
        {fromSource ? (
          <span class="muted">removed there only</span>
        ) : (
          <MemberActions member={member} group={group} visitor={visitor} />
        )}
      </td>
    </tr>
  );
}

function MemberActions({ member, group, visitor }: MemberProps): VNode {
  const { name, memberKind: kind, owner } = member;
  const at = `${pathOf(group.name)}/members`;
  const { csrfToken } = visitor;
  return (
    <div class="actions">
      {kind === 'user' ? (
        <Action
          action={at}
          csrfToken={csrfToken}
          label={owner ? 'Make a plain member' : 'Make an owner'}
          look="secondary"
          values={{ name, kind, owner: owner ? 'no' : 'yes' }}
        />
      ) : null}
      <Action
        action={`${at}/remove`}
        csrfToken={csrfToken}
        label="Remove"
        look="secondary"
        values={{ name, kind, owner: owner ? 'yes' : 'no' }}
      />
    </div>
  );
}

function AddMember({ group, visitor, state }: Omit<MemberProps, 'member'> & { state: FormState }): VNode {
  return (
    <section class="short">
      <h2>Add a member</h2>
      <Form
        action={`${pathOf(group.name)}/members`}
        csrfToken={visitor.csrfToken}
        state={state}
        fields={['name', 'kind']}
      >
        <Field
          name="name"
          label="Username, or the name of a group"
          hint="Whoever is in a group that you add is in this one too."
          state={state}
          autocomplete="off"
          required
        />
        {state.error?.field === 'kind' ? <Kind message={state.error.message} /> : null}
        <button type="submit">Add</button>
      </Form>
    </section>
  );
}

/** Asked only where the name alone does not tell. */
function Kind({ message }: { readonly message: string }): VNode {
  return (
    <fieldset>
      <legend class="error">{message}</legend>
      <label>
        <input type="radio" name="kind" value="user" checked />
        The user
      </label>
      <label>
        <input type="radio" name="kind" value="group" />
        The group
      </label>
    </fieldset>
  );
}

function addMember(port: GroupPagesDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  const to = pathOf(nameOf(asked));
  return orAgain(
    form,
    async () => {
      const wanted = { ...memberOf(form), ...(form.has('owner') && { owner: form.get('owner') === 'yes' }) };
      const member = await port.groups.addMember(visitor.actor, nameOf(asked), wanted);
      const { name, memberKind: kind, owner, before } = member;
      const undo =
        before === null
          ? { action: `${to}/members/remove`, fields: { name, kind } }
          : { action: `${to}/members`, fields: { name, kind, owner: before.owner ? 'yes' : 'no' } };
      const isSame = before?.owner === owner;
      const role = owner ? 'an owner' : 'a member';
      const notice = `${name} is ${role} of the group${isSame ? ' already' : ''}.`;
      return { kind: 'redirect', to, notice, ...(!isSame && { undo }) };
    },
    (state) => groupPage(port, asked, visitor, state),
  );
}

async function removeMember(port: GroupPagesDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { form } = asked;
  const to = pathOf(nameOf(asked));
  const { name, kind } = await port.groups.removeMember(actor, nameOf(asked), memberOf(form));
  const owner = form.get('owner') === 'yes' ? 'yes' : 'no';
  const fields = { name, kind, ...(kind === 'user' && { owner }) };
  const undo = { action: `${to}/members`, fields };
  return { kind: 'redirect', to, notice: `${name} is no member any more.`, undo };
}

function memberOf(form: Fields): { name: string; kind?: 'user' | 'group' } {
  const kind = form.get('kind');
  return { name: textOf(form, 'name'), ...((kind === 'user' || kind === 'group') && { kind }) };
}

function Actions({ group, visitor }: Omit<MemberProps, 'member'>): VNode {
  const path = pathOf(group.name);
  if (group.organization !== null) {
    return <a href={`/organizations/${encodeURIComponent(group.name)}`}>The organization</a>;
  }
  return (
    <>
      {may(visitor, 'groups.edit') ? (
        <a href={`${path}/edit`} class="button">
          Edit
        </a>
      ) : null}
      {may(visitor, 'groups.delete') ? (
        <a href={`${path}/delete`} class="button secondary">
          Delete
        </a>
      ) : null}
    </>
  );
}

async function peoplePage(port: GroupPagesDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const name = nameOf(asked);
  const after = decodeCursor(place, asked.query.get('cursor') ?? undefined);
  const { people, next } = await port.nesting.people(visitor.actor, name, { after, limit: ROWS });
  const title = `Everybody in ${name}`;
  const body = (
    <>
      <Title>{title}</Title>
      <p>
        <a href={pathOf(name)}>Back to the group</a>
      </p>
      <Table
        caption={title}
        head={['Username', 'Name', 'Member by']}
        rows={people.map((person) => <PersonRow key={person.user.id} person={person} group={name} />)}
        ifNone="Nobody is in it."
      />
      <Pager
        path={`${pathOf(name)}/people`}
        query={asked.query}
        next={next === null ? null : encodeCursor(next)}
      />
    </>
  );
  return { kind: 'page', title, body };
}

function PersonRow({ person, group }: { readonly person: PersonOfGroup; readonly group: string }): VNode {
  const { user, through } = person;
  return (
    <tr>
      <th scope="row">
        <a href={`/users/${encodeURIComponent(user.username)}`}>{user.username}</a>
      </th>
      <td>{user.displayName}</td>
      <td>{through.map((by) => (by === group.toLowerCase() ? 'itself' : by)).join(', ')}</td>
    </tr>
  );
}
