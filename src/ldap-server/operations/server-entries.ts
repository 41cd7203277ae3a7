/** The root DSE and the subschema: they tell what operations serve, and nothing that is switched off. */
import { Oid } from '../protocol/oids.ts';
import type { Dit } from '../tree/dit.ts';
import { rootDseEntry } from '../tree/root-dse.ts';
import { subschemaEntry } from '../tree/subschema.ts';
import { SERVED_CONTROLS } from './controls.ts';
import { SERVED_EXTENSIONS } from './extended.ts';
import type { ServerEntries } from './target.ts';

export function createServerEntries(dit: Dit, isPasswordModifyOn: () => boolean): ServerEntries {
  const advertising = (extensions: readonly string[]) =>
    rootDseEntry(dit, { controls: SERVED_CONTROLS, extensions });
  const usual = advertising(SERVED_EXTENSIONS);
  const withPasswordModify = advertising([...SERVED_EXTENSIONS, Oid.passwordModify]);
  return {
    get rootDse() {
      return isPasswordModifyOn() ? withPasswordModify : usual;
    },
    subschema: subschemaEntry(dit),
  };
}
