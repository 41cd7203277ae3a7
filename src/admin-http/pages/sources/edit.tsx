/** Sources are added, changed, switched on and off, and deleted. */
import type { VNode } from 'preact';
import { DirectoryError } from '../../../core/errors.ts';
import { PRESET_NAMES, type PresetName, type Source } from '../../../core/model/source.ts';
import { type FormState, orAgain, statusOf, Tick } from '../../views/form.tsx';
import { type Asked, type Fields, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import { scheduleWords } from './folds.tsx';
import { SourceForm } from './form.tsx';
import { changesOf, newSourceOf, newValues, SECRET_FIELDS, valuesOf } from './form-fields.ts';
import type { SourcePagesDependencies } from './port.ts';
import { counted, SOURCES_PATH, sourcePath } from './words.tsx';

type Port = Pick<SourcePagesDependencies, 'sources' | 'presets'>;

export function sourceEditPages(port: Port): readonly Page[] {
  const [create, edit, drop] = ['sources.create', 'sources.edit', 'sources.delete'] as const;
  const [fresh, at] = [`${SOURCES_PATH}/new`, `${SOURCES_PATH}/:name`];
  return [
    { method: 'get', path: fresh, needs: create, show: (asked, visitor) => newPage(port, asked, visitor) },
    { method: 'post', path: fresh, needs: create, show: (asked, visitor) => add(port, asked, visitor) },
    {
      method: 'get',
      path: `${SOURCES_PATH}/schedule`,
      needs: 'sources.read',
      show: ({ query }) => wordsOfSchedule(query),
    },
    {
      method: 'get',
      path: `${at}/edit`,
      needs: edit,
      show: async (asked, visitor) => {
        const source = await sourceIn(port, asked);
        const values = valuesOf(source, port.presets.kinds[source.preset]);
        return editPage(port, source, visitor, { values, error: null });
      },
    },
    {
      method: 'post',
      path: `${at}/edit`,
      needs: edit,
      show: (asked, visitor) => change(port, asked, visitor),
    },
    {
      method: 'post',
      path: `${at}/enable`,
      needs: edit,
      show: (asked, by) => setEnabled(port, asked, by, true),
    },
    {
      method: 'post',
      path: `${at}/disable`,
      needs: edit,
      show: (asked, by) => setEnabled(port, asked, by, false),
    },
    {
      method: 'get',
      path: `${at}/delete`,
      needs: drop,
      show: async (asked, visitor) =>
        deletePage(await sourceIn(port, asked), visitor, { values: new URLSearchParams(), error: null }),
    },
    {
      method: 'post',
      path: `${at}/delete`,
      needs: drop,
      show: (asked, visitor) => remove(port, asked, visitor),
    },
  ];
}

/** The source that the path names. */
export function sourceIn(
  { sources }: Pick<SourcePagesDependencies, 'sources'>,
  { params }: Asked,
): Promise<Source> {
  return sources.find(params['name'] ?? '');
}

function newPage({ presets }: Port, { query }: Asked, visitor: Visitor): Shown {
  const preset = PRESET_NAMES.find((name) => name === query.get('kind'));
  if (preset === undefined) return kindsPage(presets);
  return formPage(presets, preset, visitor, { values: newValues(presets.kinds[preset]), error: null });
}

function kindsPage({ kinds }: Port['presets']): Shown {
  const body = (
    <>
      <h1>Add a source</h1>
      <p>What kind of directory is it? For any other LDAP directory choose OpenLDAP.</p>
      <ul class="cards kinds">
        {PRESET_NAMES.map((name) => (
          <li key={name}>
            <a href={`${SOURCES_PATH}/new?kind=${name}`} class="card">
              {kinds[name].title}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
  return { kind: 'page', title: 'Add a source', body };
}

function formPage({ kinds }: Port['presets'], preset: PresetName, visitor: Visitor, state: FormState): Shown {
  const kind = kinds[preset];
  const body = (
    <>
      <h1>Add a source: {kind.title}</h1>
      <p>
        Nothing is imported by this yet: you can test the source and look at what it would bring.{' '}
        <a href={`${SOURCES_PATH}/new`}>Choose another kind</a>
      </p>
      <SourceForm action={`${SOURCES_PATH}/new`} {...{ state, visitor, preset, kind }} source={null} />
    </>
  );
  return { kind: 'page', title: `Add a source: ${kind.title}`, status: statusOf(state), body };
}

function add({ sources, presets }: Port, { form }: Asked, visitor: Visitor): Promise<Shown> | Shown {
  const preset = PRESET_NAMES.find((name) => name === form.get('preset'));
  if (preset === undefined) return kindsPage(presets);
  return orAgain(
    form,
    async () => {
      const source = await sources.add(visitor.actor, newSourceOf(form, preset, presets));
      const notice = `The source ${source.name} was added. Test it next.`;
      return { kind: 'redirect', to: sourcePath(source), notice };
    },
    (state) => formPage(presets, preset, visitor, withoutSecrets(state)),
  );
}

function withoutSecrets({ values, error }: FormState): FormState {
  const shown = new URLSearchParams(values);
  for (const name of SECRET_FIELDS) shown.delete(name);
  return { values: shown, error };
}

function wordsOfSchedule(query: Fields): Shown {
  const words = scheduleWords(textOf(query, 'schedule'), textOf(query, 'timeZone'));
  return { kind: 'fragment', body: <>{words}</> };
}

function editPage({ presets }: Port, source: Source, visitor: Visitor, state: FormState): Shown {
  const { preset } = source;
  const body = (
    <>
      <h1>Edit {source.name}</h1>
      <SourceForm
        action={`${sourcePath(source)}/edit`}
        {...{ state, visitor, preset, source }}
        kind={presets.kinds[preset]}
      />
      <p>
        <a href={sourcePath(source)}>Back to {source.name} without a change</a>
      </p>
    </>
  );
  return { kind: 'page', title: `Edit ${source.name}`, status: statusOf(state), body };
}

async function change(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  const before = await sourceIn(port, asked);
  return orAgain(
    form,
    async () => {
      const changes = changesOf(form, before.preset, port.presets);
      const source = await port.sources.edit(visitor.actor, before.id, changes, (present) =>
        refuseOlder(present, textOf(form, 'version')),
      );
      return { kind: 'redirect', to: sourcePath(source), notice: `${source.name} was changed.` };
    },
    (state) => editPage(port, before, visitor, withoutSecrets(state)),
  );
}

/** What somebody else has changed meanwhile is not overwritten unseen. */
function refuseOlder({ updatedAt }: Source, version: string): void {
  if (version === updatedAt.toISOString()) return;
  const sentence = 'Somebody has changed this source since you opened the form: open it again.';
  throw new DirectoryError('conflict', sentence);
}

async function setEnabled(port: Port, asked: Asked, { actor }: Visitor, enabled: boolean): Promise<Shown> {
  const source = await port.sources.setEnabled(actor, (await sourceIn(port, asked)).id, enabled);
  const path = sourcePath(source);
  return {
    kind: 'redirect',
    to: path,
    notice: enabled
      ? `${source.name} is enabled again.`
      : `${source.name} is disabled: it is not synchronized, and its people cannot sign in.`,
    undo: { action: `${path}/${enabled ? 'disable' : 'enable'}`, fields: {} },
  };
}

function deletePage(source: Source, visitor: Visitor, state: FormState): Shown {
  const { name } = source;
  const body = (
    <section class="narrow">
      <h1>Delete {name}</h1>
      <p>
        Roster forgets the source, its settings and the reports of its runs. Nobody is deleted: people and
        groups that came from it stay here as if they had been added here, the people disabled, since their
        passwords were kept there. Set a password for whoever is to sign in again.
      </p>
      <DeleteForm source={source} visitor={visitor} state={state} />
      <p>
        <a href={sourcePath(source)}>Leave it as it is</a>
      </p>
    </section>
  );
  return { kind: 'page', title: `Delete ${name}`, status: statusOf(state), body };
}

function DeleteForm({
  source,
  visitor,
  state,
}: {
  source: Source;
  visitor: Visitor;
  state: FormState;
}): VNode {
  return (
    <form method="post" action={`${sourcePath(source)}/delete`}>
      <input type="hidden" name="csrf" value={visitor.csrfToken} />
      {state.error === null ? null : (
        <p class="error" role="alert">
          {state.error.message}
        </p>
      )}
      <Tick
        name="keepImports"
        label="Its people and groups stay here, the people disabled"
        hint="Without this the source is deleted only if nothing has come from it."
        state={state}
      />
      <button type="submit" class="danger">
        Delete the source
      </button>
    </form>
  );
}

async function remove(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  const source = await sourceIn(port, asked);
  return orAgain(
    form,
    async () => {
      const keepImports = form.get('keepImports') === 'on';
      const { users, groups } = await port.sources.delete(visitor.actor, source.id, { keepImports });
      const kept =
        users + groups === 0 ? '' : ` ${counted(users, 'person')} and ${counted(groups, 'group')} stay here.`;
      return { kind: 'redirect', to: SOURCES_PATH, notice: `${source.name} was deleted.${kept}` };
    },
    (state) => deletePage(source, visitor, state),
  );
}
