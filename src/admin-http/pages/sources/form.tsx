/** The form of a source: what must be filled in, and the rest folded. */
import type { VNode } from 'preact';
import type { PresetName, Source } from '../../../core/model/source.ts';
import { Form, type Input, Inputs } from '../../views/form.tsx';
import type { Visitor } from '../page.ts';
import { Attributes, Entries, hintOf, type PartProps, Policies, Schedule, SignIn, Tls } from './folds.tsx';
import { FIELDS } from './form-fields.ts';

export interface SourceFormProps extends Pick<PartProps, 'state' | 'kind'> {
  readonly action: string;
  readonly visitor: Visitor;
  readonly preset: PresetName;
  /** null: a new one. */
  readonly source: Source | null;
}

export function SourceForm({ action, state, visitor, preset, kind, source }: SourceFormProps): VNode {
  const part = { state, kind, isNew: source === null };
  return (
    <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
      <input type="hidden" name="preset" value={preset} />
      {source === null ? null : (
        <input
          type="hidden"
          name="version"
          value={state.values.get('version') ?? source.updatedAt.toISOString()}
        />
      )}
      <div class="columns">
        <fieldset>
          <legend>The server</legend>
          <Inputs inputs={serverInputs(part)} state={state} />
        </fieldset>
        <fieldset>
          <legend>What is imported</legend>
          <Inputs inputs={contentInputs(part)} state={state} />
        </fieldset>
      </div>
      <Tls {...part} />
      <Schedule state={state} />
      <Policies state={state} />
      <Entries {...part} />
      <Attributes {...part} />
      <SignIn {...part} />
      <button type="submit">{source === null ? 'Add the source' : 'Save'}</button>
    </Form>
  );
}

/** Browsers know nothing of it. */
const TYPED = { autocomplete: 'off', required: true } as const;

function serverInputs({ kind, isNew }: Omit<PartProps, 'state'>): readonly Input[] {
  return [
    {
      ...{ name: 'name', label: 'Name', ...TYPED },
      hint: 'What you call this source here: lower-case letters, digits, dots, hyphens.',
    },
    {
      ...{ name: 'url', label: 'Address', ...TYPED },
      hint: hintOf({ kind }, 'url', 'Such as ldaps://ldap.example.org, with :port where it is not 636.'),
    },
    {
      ...{ name: 'bindDn', label: 'Account that reads it (bind DN)', ...TYPED },
      hint: hintOf({ kind }, 'bindDn', 'An account that may read people and groups, by its DN.'),
    },
    {
      ...{ name: 'bindPassword', label: 'Password of that account', type: 'password' },
      ...{ autocomplete: 'new-password', required: isNew },
      hint: isNew
        ? 'Kept encrypted, and never shown again.'
        : 'Leave it empty to keep it. With another address or other certificates it must be typed anew.',
    },
  ];
}

function contentInputs({ kind }: Omit<PartProps, 'state'>): readonly Input[] {
  const groups = hintOf({ kind }, 'groupBaseDn', '') ?? '';
  return [
    {
      ...{ name: 'baseDn', label: 'Where the people are (base DN)', ...TYPED },
      hint: hintOf({ kind }, 'baseDn', 'Such as ou=people,dc=example,dc=org.'),
    },
    { name: 'syncGroups', label: 'Import groups too', tick: true },
    {
      ...{ name: 'groupBaseDn', label: 'Where the groups are', autocomplete: 'off' },
      hint: `${groups} Left empty: where they usually are beside the people.`.trim(),
    },
  ];
}
