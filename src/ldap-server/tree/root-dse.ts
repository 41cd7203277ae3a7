/** The root DSE (RFC 4512 section 5.1): tells clients what this server serves, and never what it does not. */
import { Oid } from '../protocol/oids.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit } from './dit.ts';
import { constant, createEntry, defineShape, type Entry } from './entry.ts';

/** The version of package.json. */
export const VENDOR_VERSION = '0.1.0';

/** OIDs of what operations serve. */
export interface Supported {
  readonly controls: readonly string[];
  readonly extensions: readonly string[];
}

/** `instanceId`: null where it is not told. */
export function rootDseEntry(dit: Dit, instanceId: string | null, supported: Supported): Entry {
  return createEntry({ dn: '', key: '', id: '' }, null, ROOT_DSE, { dit, instanceId, supported });
}

/** Operational, and sent by default all the same: many clients ask for no attribute by name. */
interface RootDse {
  readonly dit: Dit;
  readonly instanceId: string | null;
  readonly supported: Supported;
}

const ROOT_DSE = defineShape<RootDse>(
  'root-dse',
  [
    [type.objectClass, constant('top')],
    [type.namingContexts, { values: ({ dit }) => [dit.suffix.dn] }],
    [type.defaultNamingContext, { values: ({ dit }) => [dit.suffix.dn] }],
    [type.supportedLDAPVersion, constant('3')],
    [type.supportedControl, { values: ({ supported }) => supported.controls }],
    [type.supportedExtension, { values: ({ supported }) => supported.extensions }],
    [type.supportedFeatures, constant(Oid.allOperationalAttributes, Oid.absoluteFilters)],
    [type.subschemaSubentry, { values: ({ dit }) => [dit.subschema.dn] }],
    [type.vendorName, constant('Roster')],
    [type.vendorVersion, constant(VENDOR_VERSION)],
    [type.rosterInstance, { values: ({ instanceId }) => (instanceId === null ? [] : [instanceId]) }],
  ],
  { allByDefault: true },
);
