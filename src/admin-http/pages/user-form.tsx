/** The form in which a user is added or changed, by others or by himself. */
import type { VNode } from 'preact';
import type { ProveOwnPassword } from '../../core/credentials/own-password.ts';
import type { UserChanges } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { STORAGE_KEY } from '../../core/model/metadata.ts';
import type { User } from '../../core/model/user.ts';
import { Choice, Field, type FieldProps, Form, type FormState } from '../views/form.tsx';
import { type Attribute, AttributeInputs, attributeChanges, attributeFields } from './attribute-values.tsx';
import { type Fields, textOf, type Visitor } from './page.ts';
import { lockedBy } from './provenance.ts';

interface UserField extends Pick<FieldProps, 'label' | 'hint' | 'type' | 'rows' | 'required'> {
  readonly name: Exclude<keyof UserChanges, 'avatar' | 'attributes' | 'metadata' | 'confirmed' | 'role'>;
  /** A source owns it of the users that come from it. */
  readonly imported?: true;
  /** People change it of themselves; the rest tells others who they are. */
  readonly own?: true;
}

const NAMES: readonly UserField[] = [
  {
    name: 'username',
    label: 'Username',
    hint: 'What the person types to sign in: lower-case letters, digits, dots and hyphens.',
    required: true,
    imported: true,
  },
  { name: 'displayName', label: 'Name as shown', imported: true, own: true },
  { name: 'givenName', label: 'Given name', imported: true, own: true },
  { name: 'familyName', label: 'Family name', imported: true, own: true },
  { name: 'email', label: 'E-mail address', type: 'email', imported: true, own: true },
  {
    name: 'fallbackEmail',
    label: 'Another address to reach the person',
    hint: 'Applications do not see it.',
    type: 'email',
    own: true,
  },
];

const PROFILE: readonly UserField[] = [
  { name: 'title', label: 'Title' },
  { name: 'department', label: 'Department' },
  { name: 'affiliations', label: 'Organizations', hint: 'One on each line.', rows: 2 },
  { name: 'employeeNumber', label: 'Employee number' },
  { name: 'phone', label: 'Telephone', hint: 'Such as +41 44 123 45 67.', own: true },
  { name: 'mobile', label: 'Mobile', own: true },
  { name: 'language', label: 'Language', hint: 'Such as en or de-CH.', own: true },
  {
    name: 'sshPublicKeys',
    label: 'SSH public keys',
    hint: 'One on each line, as in authorized_keys.',
    rows: 3,
    own: true,
  },
];

const FIELDS = [...NAMES, ...PROFILE];
const FIELD_NAMES = [...FIELDS.map(({ name }) => name), STORAGE_KEY, 'role', 'password', 'currentPassword'];

/** The form's values for a user as it is. */
export function valuesOf(user: User, attributes: readonly Attribute[]): URLSearchParams {
  const known: Readonly<Record<UserField['name'], string | null | readonly string[]>> = {
    ...user,
    ...user.profile,
  };
  const values = new URLSearchParams(
    [['role', user.role], ...attributeFields(attributes)].map((pair) => [...pair]),
  );
  values.set(STORAGE_KEY, user.metadata[STORAGE_KEY] ?? '');
  for (const { name } of FIELDS) values.set(name, [known[name] ?? ''].flat().join('\n'));
  return values;
}

/** What a posted form says; a field that the form did not have is left as it is. */
export function changesOf(form: Fields, attributes: readonly Attribute[]): UserChanges {
  const given = FIELDS.filter(({ name }) => form.has(name));
  return {
    ...Object.fromEntries(given.map((field) => [field.name, fieldOf(form, field)])),
    ...(form.has(STORAGE_KEY) && { metadata: { [STORAGE_KEY]: textOf(form, STORAGE_KEY) || null } }),
    ...attributeChanges(form, attributes),
  };
}

function fieldOf(form: Fields, { name, type, rows }: UserField): string | null | string[] {
  const text = textOf(form, name);
  if (rows !== undefined) return text.split('\n').flatMap((line) => line.trim() || []);
  return type === 'email' ? text || null : text;
}

/** The visitor, as one who has just given the own password where the form holds it. */
export async function provenBy(prove: ProveOwnPassword, { actor }: Visitor, form: Fields): Promise<Actor> {
  const password = form.get('currentPassword') ?? '';
  try {
    return password === '' ? actor : await prove(actor, password);
  } catch (error) {
    if (!(error instanceof DirectoryError && error.code === 'unauthenticated')) throw error;
    throw new DirectoryError('invalid', 'This is not your present password.', { field: 'currentPassword' });
  }
}

export interface UserFormProps {
  readonly action: string;
  readonly state: FormState;
  readonly visitor: Visitor;
  /** Of oneself, who may not change everything. */
  readonly own?: boolean;
  /** Of oneself, whose addresses are not changed without the password. */
  readonly isSelf?: boolean;
  /** A new user gets a password too. */
  readonly isNew?: boolean;
  /** Roles to choose from; empty: the role is not this visitor's to choose. */
  readonly roles?: readonly string[];
  /** Name of the source that owns the names and addresses; null: they are kept here. */
  readonly source: string | null;
  readonly attributes: readonly Attribute[];
  readonly submit: string;
}

export function UserForm(props: UserFormProps): VNode {
  const {
    action,
    state,
    visitor,
    own = false,
    isNew = false,
    isSelf = false,
    roles = [],
    source,
    attributes,
    submit,
  } = props;
  const fields = (all: readonly UserField[]) =>
    all
      .filter((field) => !own || field.own)
      .map(({ imported, own: _own, ...field }) => (
        <Field
          key={field.name}
          {...field}
          state={state}
          // What the browser knows of its own user does not belong to others.
          autocomplete="off"
          locked={imported && lockedBy(source)}
        />
      ));
  return (
    <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={FIELD_NAMES}>
      <div class="columns">
        <fieldset>
          <legend>Names and addresses</legend>
          {fields(NAMES)}
          {roles.length === 0 ? null : (
            <Choice
              name="role"
              label="Role"
              hint="What the person may do in Roster; applications do not see it."
              state={state}
              options={roles.map((role) => ({ value: role, label: role }))}
            />
          )}
          {isNew ? <FirstPassword state={state} /> : null}
          {isSelf ? <PresentPassword state={state} /> : null}
        </fieldset>
        <fieldset>
          <legend>Profile</legend>
          {fields(PROFILE)}
          {own ? null : (
            <Field
              name={STORAGE_KEY}
              label="Storage in megabytes"
              hint="How much the person may take in all applications together. Left empty: as much as there is."
              type="number"
              state={state}
            />
          )}
        </fieldset>
        <AttributeInputs attributes={attributes} state={state} />
      </div>
      <button type="submit">{submit}</button>
    </Form>
  );
}

function FirstPassword({ state }: { readonly state: FormState }): VNode {
  return (
    <Field
      name="password"
      label="Password"
      hint="Without one nobody can sign in as this user yet."
      type="password"
      state={state}
      autocomplete="new-password"
    />
  );
}

function PresentPassword({ state }: { readonly state: FormState }): VNode {
  return (
    <Field
      name="currentPassword"
      label="Present password"
      hint="Asked for with another address alone: whoever has your address can get a new password."
      type="password"
      state={state}
      autocomplete="current-password"
    />
  );
}
