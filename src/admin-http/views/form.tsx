/** Parts of forms: a field with its explanation and its error, the hidden token, and the row of buttons. */
import type { ComponentChildren, VNode } from 'preact';
import { DirectoryError } from '../../core/errors.ts';
import type { Fields, Shown } from '../pages/page.ts';

/** What a form shows again after a refusal: what was typed, and the error beside its field. */
export interface FormState {
  readonly values: Fields;
  readonly error: { readonly field: string | null; readonly message: string } | null;
}

export function firstForm(values: Readonly<Record<string, string>> = {}): FormState {
  return { values: new URLSearchParams(values), error: null };
}

export function refusedForm(values: Fields, error: DirectoryError): FormState {
  return { values, error: { field: error.field ?? null, message: error.message } };
}

/**
 * What `attempt` shows, or where core refuses what was typed, the form once more. What the visitor may not do at all is
 * no matter of typing, and is thrown.
 */
export async function orAgain(
  form: Fields,
  attempt: () => Promise<Shown>,
  again: (state: FormState) => Promise<Shown> | Shown,
): Promise<Shown> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code === 'forbidden') throw error;
    return again(refusedForm(form, error));
  }
}

/** The status of a page with a form. */
export function statusOf({ error }: FormState): number {
  return error === null ? 200 : 422;
}

export interface FormProps {
  readonly action: string;
  readonly csrfToken: string;
  readonly state: FormState;
  /** Fields that the form has: an error of another one stands above the form. */
  readonly fields: readonly string[];
  readonly children: ComponentChildren;
}

export function Form({ action, csrfToken, state, fields, children }: FormProps): VNode {
  const { error } = state;
  const above = error !== null && (error.field === null || !fields.includes(error.field));
  return (
    <form method="post" action={action}>
      <input type="hidden" name="csrf" value={csrfToken} />
      {above ? <ErrorBox message={error.message} /> : null}
      {children}
    </form>
  );
}

export function ErrorBox({ message }: { readonly message: string }): VNode {
  return (
    <p class="error" role="alert">
      {message}
    </p>
  );
}

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly state: FormState;
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'url' | 'search';
  readonly autocomplete?: string;
  readonly required?: boolean;
  /** Why it cannot be changed; absent: it can. */
  readonly locked?: string | undefined;
  readonly rows?: number;
  /** Values to choose from, with what each means; others can be typed. */
  readonly list?: Readonly<Record<string, string>>;
}

/** A labelled input; what was typed is kept, but for passwords. */
export function Field(props: FieldProps): VNode {
  const { name, label, hint, state, type = 'text', autocomplete, required, locked, rows, list } = props;
  const message = state.error?.field === name ? state.error.message : null;
  const note = locked ?? hint;
  const described = [note === undefined ? null : `${name}-note`, message === null ? null : `${name}-error`];
  const attributes = {
    id: name,
    name,
    required,
    disabled: locked !== undefined,
    'aria-invalid': message === null ? undefined : ('true' as const),
    'aria-describedby': described.filter((id) => id !== null).join(' ') || undefined,
  };
  const value = type === 'password' ? '' : (state.values.get(name) ?? '');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {rows === undefined ? (
        <input
          {...attributes}
          type={type as 'text'}
          value={value}
          autocomplete={autocomplete}
          list={list === undefined ? undefined : `${name}-list`}
        />
      ) : (
        <textarea {...attributes} rows={rows}>
          {value}
        </textarea>
      )}
      {list === undefined ? null : (
        <datalist id={`${name}-list`}>
          {Object.entries(list).map(([option, label]) => (
            <option key={option} value={option} label={label} />
          ))}
        </datalist>
      )}
      {note === undefined ? null : <small id={`${name}-note`}>{note}</small>}
      {message === null ? null : (
        <small id={`${name}-error`} class="error">
          {message}
        </small>
      )}
    </div>
  );
}

/** A field as data: to be typed, to be chosen from `options`, or to be ticked. */
export type Input =
  | (Omit<FieldProps, 'state'> & { readonly options?: never; readonly tick?: never })
  | (Omit<ChoiceProps, 'state'> & { readonly tick?: never })
  | (Omit<ChoiceProps, 'state' | 'options'> & { readonly options?: never; readonly tick: true });

export interface InputsProps {
  readonly inputs: readonly Input[];
  readonly state: FormState;
  /** Why none of them can be changed; absent: they can. */
  readonly locked?: string | undefined;
}

export function Inputs({ inputs, state, locked }: InputsProps): VNode {
  return (
    <>
      {inputs.map((input) => {
        const common = { state, ...(locked !== undefined && { locked }) };
        if (input.tick) return <Tick key={input.name} {...input} {...common} />;
        if (input.options) return <Choice key={input.name} {...input} {...common} />;
        return <Field key={input.name} {...input} {...common} />;
      })}
    </>
  );
}

/** Tells password managers whose password is changed. */
export function AccountName({ username }: { readonly username: string }): VNode {
  return <input type="text" autocomplete="username" value={username} hidden readonly />;
}

export interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly state: FormState;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly locked?: string | undefined;
}

export function Choice({ name, label, hint, state, options, locked }: ChoiceProps): VNode {
  const message = state.error?.field === name ? state.error.message : null;
  const chosen = state.values.get(name) ?? '';
  const note = message ?? locked ?? hint;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select
        id={name}
        name={name}
        disabled={locked !== undefined}
        aria-invalid={message === null ? undefined : 'true'}
        aria-describedby={note === undefined ? undefined : `${name}-note`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === chosen}>
            {option.label}
          </option>
        ))}
      </select>
      {note === undefined ? null : (
        <small id={`${name}-note`} class={message === null ? undefined : 'error'}>
          {note}
        </small>
      )}
    </div>
  );
}

export function Tick({ name, label, hint, state, locked }: Omit<ChoiceProps, 'options'>): VNode {
  const note = locked ?? hint;
  return (
    <div class="field">
      <label>
        <input
          type="checkbox"
          name={name}
          value="on"
          checked={state.values.get(name) === 'on'}
          disabled={locked !== undefined}
          aria-describedby={note === undefined ? undefined : `${name}-note`}
        />
        {label}
      </label>
      {note === undefined ? null : <small id={`${name}-note`}>{note}</small>}
    </div>
  );
}
