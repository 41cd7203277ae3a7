/** Small parts of many pages: states, times, facts, secrets, and buttons that do something. */
import type { ComponentChildren, VNode } from 'preact';

export type Mood = 'good' | 'warn' | 'bad' | 'muted';

/** A state in a word; the colour only repeats what the word says. */
export function State({ mood, children }: { readonly mood: Mood; readonly children: string }): VNode {
  return <span class={mood === 'muted' ? 'muted' : `state ${mood}`}>{children}</span>;
}

export interface TimeProps {
  readonly at: Date | null;
  readonly none?: string;
  /** To the second; absent: to the minute. */
  readonly seconds?: boolean;
}

/** In UTC, the same for every reader. */
export function Time({ at, none = 'never', seconds = false }: TimeProps): VNode {
  if (at === null) return <span class="muted">{none}</span>;
  const iso = at.toISOString();
  return <time dateTime={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, seconds ? 19 : 16)} UTC`}</time>;
}

/** Names with their values; what is null is left out. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, ComponentChildren>> }): VNode {
  return (
    <dl class="facts">
      {Object.entries(facts)
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}

export interface TitleProps {
  readonly children: ComponentChildren;
  /** Links and buttons beside the heading. */
  readonly actions?: ComponentChildren;
}

export function Title({ children, actions }: TitleProps): VNode {
  return (
    <div class="title">
      <h1>{children}</h1>
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </div>
  );
}

export interface ActionProps {
  readonly action: string;
  readonly csrfToken: string;
  readonly label: string;
  readonly look?: 'secondary' | 'secondary outline' | 'danger' | undefined;
  /** Fields that go with it. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** A button that does one thing at once; what cannot be undone stands on a page of its own that asks. */
export function Action({ action, csrfToken, label, look, values = {} }: ActionProps): VNode {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="csrf" value={csrfToken} />
      {Object.entries(values).flatMap(([name, value]) =>
        [value].flat().map((each) => <input key={each} type="hidden" name={name} value={each} />),
      )}
      <button type="submit" class={look}>
        {label}
      </button>
    </form>
  );
}

/** Something that is shown once, to be copied. */
export function Secret({ id, label, value }: Record<'id' | 'label' | 'value', string>): VNode {
  return (
    <p>
      {label}:{' '}
      <code id={id} class="secret">
        {value}
      </code>{' '}
      <button type="button" class="secondary outline copy" data-copy={id}>
        Copy
      </button>
    </p>
  );
}
