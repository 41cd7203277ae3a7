/** The root DSE and the subschema: they tell what operations serve, and nothing that is switched off. */
import { Oid } from '../protocol/oids.ts';
import type { Dit } from '../tree/dit.ts';
import type { Entry } from '../tree/entry.ts';
import { rootDseEntry } from '../tree/root-dse.ts';
import type { Schema } from '../tree/schema.ts';
import { subschemaEntry } from '../tree/subschema.ts';
import { SERVED_CONTROLS } from './controls.ts';
import { SERVED_EXTENSIONS } from './extended.ts';
import type { ServerEntries } from './target.ts';

/** `instanceId`: null while it is not known. */
export function createServerEntries(
  dit: Dit,
  isPasswordModifyOn: () => boolean,
  instanceId: () => string | null,
  schema: () => Schema,
): ServerEntries {
  const subschemas = new WeakMap<Schema, Entry>();
  const advertising = (extensions: readonly string[]) => {
    const entries = new Map<string | null, Entry>();
    return (id: string | null) => {
      const entry = entries.get(id) ?? rootDseEntry(dit, id, { controls: SERVED_CONTROLS, extensions });
      entries.set(id, entry);
      return entry;
    };
  };
  const usual = advertising(SERVED_EXTENSIONS);
  const withPasswordModify = advertising([...SERVED_EXTENSIONS, Oid.passwordModify]);
  return {
    get rootDse() {
      return (isPasswordModifyOn() ? withPasswordModify : usual)(instanceId());
    },
    get subschema() {
      const present = schema();
      const entry = subschemas.get(present) ?? subschemaEntry(dit, present);
      subschemas.set(present, entry);
      return entry;
    },
  };
}
