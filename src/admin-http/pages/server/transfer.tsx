/** Import and export: people from a file, previewed before anything is changed, and the directory as a file. */
import type { VNode } from 'preact';
import { createBoundedMap } from '../../../core/credentials/bounded-map.ts';
import { DirectoryError } from '../../../core/errors.ts';
import { EXPORT_FORMATS, type Export, type ExportFormat } from '../../../core/transfer/export.ts';
import { IMPORT_FORMATS, type Imported, type ImportOptions } from '../../../core/transfer/import.ts';
import type { PeopleCounts } from '../../../core/transfer/people.ts';
import type { ImportContent } from '../../import-content.ts';
import { Choice, ErrorBox, type FormState, firstForm, orAgain, statusOf, Tick } from '../../views/form.tsx';
import { Table } from '../../views/list.tsx';
import { Action, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';

export interface TransferPort {
  readonly importContent: ImportContent;
  readonly exportTo: Export;
}

/** A file that was previewed, until it is imported or another one comes. */
interface Previewed {
  readonly content: Buffer;
  readonly options: Omit<ImportOptions, 'preview'>;
}

const PATH = '/transfer';
/** By session; each is as long as a form may be. */
const PREVIEWED_MAX = 10;

export function transferPages({ importContent, exportTo }: TransferPort): readonly Page[] {
  const previewed = createBoundedMap<Previewed>(PREVIEWED_MAX);
  return [
    { method: 'get', path: PATH, needs: null, show: (_asked, visitor) => transferPage(visitor, firstForm()) },
    {
      ...{ method: 'get', path: `${PATH}/export`, needs: 'export' },
      show: ({ query }, { actor }) =>
        exported(textOf(query, 'format'), (format, sink) => exportTo(actor, format, sink)),
    },
    {
      ...{ method: 'post', path: `${PATH}/preview`, needs: 'import' },
      show: (asked, visitor) => preview(importContent, previewed.set, asked, visitor),
    },
    {
      ...{ method: 'post', path: `${PATH}/import`, needs: 'import' },
      async show(_asked, { actor, sessionId }) {
        const file = previewed.get(sessionId);
        if (file === undefined)
          throw new DirectoryError('not-found', 'The preview is gone: choose the file again.');
        const imported = await importContent(actor, file.content, { ...file.options, preview: false });
        previewed.delete(sessionId);
        if (!imported.applied) return outcomePage(imported, null);
        return { kind: 'redirect', to: '/users', notice: `The file is imported: ${counted(imported)}.` };
      },
    },
  ];
}

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ldif: 'text/plain',
};

function exported(
  asked: string,
  work: (format: ExportFormat, sink: (text: string) => Promise<void>) => Promise<void>,
): Shown {
  const format = EXPORT_FORMATS.find((each) => each === asked);
  if (format === undefined) throw new DirectoryError('not-found', 'There is no such format.');
  const content = produced((sink) => work(format, sink));
  return { kind: 'file', type: TYPES[format], name: `roster.${format}`, content };
}

/** What `work` writes, at the pace at which it is read. */
function produced(work: (sink: (text: string) => Promise<void>) => Promise<void>): AsyncIterable<string> {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  work((text) => writer.write(text))
    .then(
      () => writer.close(),
      (error: unknown) => writer.abort(error),
    )
    // Nobody reads any more.
    .catch(() => undefined);
  return readable;
}

async function preview(
  importContent: ImportContent,
  keep: (sessionId: string, previewed: Previewed) => void,
  { form, files }: Asked,
  visitor: Visitor,
): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const content = files.get('file');
      if (content === undefined) throw new DirectoryError('invalid', 'Choose a file.');
      const format = IMPORT_FORMATS.find((each) => each === form.get('format')) ?? 'csv';
      const options = { format, update: form.get('update') === 'on' };
      const imported = await importContent(visitor.actor, content, { ...options, preview: true });
      if (imported.problemsTotal === 0) keep(visitor.sessionId, { content, options });
      return outcomePage(imported, visitor);
    },
    (state) => transferPage(visitor, state),
  );
}

function transferPage(visitor: Visitor, state: FormState): Shown {
  const [imports, exports] = [may(visitor, 'import'), may(visitor, 'export')];
  if (!imports && !exports) throw new DirectoryError('forbidden', 'You may neither import nor export.');
  const body = (
    <>
      <Title>Import and export</Title>
      <div class="columns">
        {imports ? <ImportForm csrfToken={visitor.csrfToken} state={state} /> : null}
        {exports ? <Exports /> : null}
      </div>
    </>
  );
  return { kind: 'page', title: 'Import and export', body, status: statusOf(state) };
}

function ImportForm({ csrfToken, state }: { readonly csrfToken: string; readonly state: FormState }): VNode {
  return (
    <section>
      <h2>Import</h2>
      <p>
        From a file of up to 500 KB; larger ones go by <code>roster import</code> or the API. All of a file is
        imported, or nothing.
      </p>
      <form method="post" action={`${PATH}/preview`} enctype="multipart/form-data">
        <input type="hidden" name="csrf" value={csrfToken} />
        {state.error === null ? null : <ErrorBox message={state.error.message} />}
        <div class="field">
          <label for="file">File</label>
          <input type="file" id="file" name="file" required />
        </div>
        <Choice
          name="format"
          label="Format"
          hint="The first line of a CSV file names its columns; an export shows which there are."
          state={state}
          options={IMPORT_FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
        />
        <Tick
          name="update"
          label="Change those who are here already"
          hint="They are found by username or e-mail address. Otherwise they are problems."
          state={state}
        />
        <button type="submit">Preview</button>
      </form>
    </section>
  );
}

const WORDS: Readonly<Record<ExportFormat, string>> = {
  csv: 'People, for spreadsheets and for an import',
  json: 'People, groups, organizations, attributes and roles, for an import',
  ldif: 'People and groups as over LDAP',
};

function Exports(): VNode {
  return (
    <section>
      <h2>Export</h2>
      <p>Without passwords. Each export leaves a line in the audit.</p>
      <ul>
        {EXPORT_FORMATS.map((format) => (
          <li key={format}>
            <a href={`${PATH}/export?format=${format}`} download={`roster.${format}`}>
              {format.toUpperCase()}
            </a>
            : {WORDS[format]}
          </li>
        ))}
      </ul>
    </section>
  );
}

function counted({ others, ...people }: Imported): string {
  const told = ({ created, updated, unchanged }: PeopleCounts) =>
    `${created} added, ${updated} changed, ${unchanged} unchanged`;
  return [told(people), ...Object.entries(others).map(([list, counts]) => `${list}: ${told(counts)}`)].join(
    '; ',
  );
}

/** `visitor` null: nothing can be done with it. */
function outcomePage(imported: Imported, visitor: Visitor | null): Shown {
  const { problems, problemsTotal } = imported;
  const isGood = problemsTotal === 0;
  const title = isGood ? 'Preview of the import' : 'The file has problems';
  const body = (
    <>
      <Title>{title}</Title>
      {isGood ? (
        <p>It would be {counted(imported)}. Nothing is changed yet.</p>
      ) : (
        <>
          <p class="error" role="alert">
            Nothing was changed. Mend{' '}
            {problemsTotal === 1 ? 'this problem' : `these ${problemsTotal} problems`} in the file, and choose
            it again.
          </p>
          <Table
            caption="Problems"
            head={['Line', 'Column', 'What is wrong']}
            rows={problems.map(({ line, column, message }, place) => (
              <tr key={place}>
                <td class="number">{line}</td>
                <td>{column ?? ''}</td>
                <td>{message}</td>
              </tr>
            ))}
            ifNone=""
          />
        </>
      )}
      <div class="actions">
        {isGood && visitor !== null ? (
          <Action action={`${PATH}/import`} csrfToken={visitor.csrfToken} label="Import" />
        ) : null}
        <a href={PATH}>Choose another file</a>
      </div>
    </>
  );
  return { kind: 'page', title, body, status: isGood ? 200 : 422 };
}
