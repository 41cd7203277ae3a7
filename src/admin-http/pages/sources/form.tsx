/** The form of a source: what must be filled in, and the rest folded. */
import type { VNode } from 'preact';
import type { PresetName, Source } from '../../../core/model/source.ts';
import { Field, Form, Tick } from '../../views/form.tsx';
import type { Visitor } from '../page.ts';
import {
  Attributes,
  Entries,
  hintOf,
  type PartProps,
  Policies,
  Schedule,
  SignIn,
  Text,
  Tls,
} from './folds.tsx';
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
        <Server {...part} />
        <Contents {...part} />
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

function Server({ state, kind, isNew }: PartProps): VNode {
  return (
    <fieldset>
      <legend>The server</legend>
      <Text
        name="name"
        label="Name"
        hint="What you call this source here: lower-case letters, digits, dots, hyphens."
        state={state}
        required
      />
      <Text
        name="url"
        label="Address"
        hint={hintOf({ kind }, 'url', 'Such as ldaps://ldap.example.org, with :port where it is not 636.')}
        state={state}
        required
      />
      <Text
        name="bindDn"
        label="Account that reads it (bind DN)"
        hint={hintOf({ kind }, 'bindDn', 'An account that may read people and groups, by its DN.')}
        state={state}
        required
      />
      <Field
        name="bindPassword"
        label="Password of that account"
        hint={
          isNew
            ? 'Kept encrypted, and never shown again.'
            : 'Leave it empty to keep it. With another address or other certificates it must be typed anew.'
        }
        type="password"
        state={state}
        autocomplete="new-password"
        required={isNew}
      />
    </fieldset>
  );
}

function Contents({ state, kind }: PartProps): VNode {
  return (
    <fieldset>
      <legend>What is imported</legend>
      <Text
        name="baseDn"
        label="Where the people are (base DN)"
        hint={hintOf({ kind }, 'baseDn', 'Such as ou=people,dc=example,dc=org.')}
        state={state}
        required
      />
      <Tick name="syncGroups" label="Import groups too" state={state} />
      <Text
        name="groupBaseDn"
        label="Where the groups are"
        hint={`${hintOf({ kind }, 'groupBaseDn', '') ?? ''} Left empty: where they usually are beside the people.`.trim()}
        state={state}
      />
    </fieldset>
  );
}
