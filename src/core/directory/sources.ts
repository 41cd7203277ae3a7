/** Looks at sources and adds them; keeps their bind passwords sealed. */
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import { nameKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import { checkBindPassword, normaliseSourceFields } from '../model/source-fields.ts';
import type { Sources } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { notFound, quote } from './lookup.ts';
import type { Store } from './store.ts';

export interface SourcesDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly secretBox: SecretBox;
  readonly journal: Journal;
}

export function createSources({ store, clock, newId, secretBox, journal }: SourcesDependencies): Sources {
  return {
    list: () => store.read((transaction) => transaction.sources()),

    find: (idOrName) =>
      store.read(
        async (transaction) =>
          // The id first: a name may look like an id, and must not stand in for it.
          (await transaction.source(idOrName)) ??
          (await transaction.sourceByName(nameKey(idOrName))) ??
          notFound(`There is no source named ${quote(idOrName)}.`),
      ),

    byId: (id) => store.read((transaction) => transaction.source(id)),

    async add(actor, { bindPassword, ...input }) {
      const fields = normaliseSourceFields({ ...input, caPem: input.caPem ?? null });
      checkBindPassword(bindPassword);
      const id = newId();
      const bindPasswordSealed = secretBox.seal(bindPassword, id);
      return store.write(async (transaction) => {
        if ((await transaction.sourceByName(fields.name)) !== null) throw taken(fields.name);
        const at = clock.now();
        const source: Source = {
          id,
          ...fields,
          bindPasswordSealed,
          enabled: true,
          createdAt: at,
          updatedAt: at,
        };
        await transaction.insertSource(source);
        const { caPem, ...details } = fields;
        await journal(transaction, {
          at,
          actor,
          action: 'source.add',
          subjectId: id,
          details: { ...details, ownCa: caPem !== null },
          changes: [changeOf('source', id)],
        });
        return source;
      });
    },

    bindPassword: (source) => secretBox.open(source.bindPasswordSealed, source.id),
  };
}

function taken(name: string): DirectoryError {
  return new DirectoryError('conflict', `The source name ${name} is taken already.`, { field: 'name' });
}
