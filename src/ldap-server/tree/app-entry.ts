/** An application as an entry: what it is called and since when, for itself and for the admin. */
import type { Application } from '../../core/model/application.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import { constant, createEntry, defineShape, type StoredEntry, time } from './entry.ts';

interface ApplicationRow {
  readonly name: Name;
  readonly application: Application;
  readonly subschemaDn: string;
}

/** `number`: its place in the tree's tables. */
export function applicationEntry(dit: Dit, application: Application, number: number): StoredEntry {
  const name = { ...dit.application(application.name), id: application.id, number };
  return createEntry(name, dit.apps.key, APPLICATION, { name, application, subschemaDn: dit.subschema.dn });
}

/** applicationProcess (RFC 4519 section 3.1) alone: simpleSecurityObject demands a userPassword, which never leaves. */
const APPLICATION = defineShape<ApplicationRow>('application', [
  [type.objectClass, constant('top', 'applicationProcess')],
  [type.cn, { values: ({ application }) => [application.name] }],
  [
    type.description,
    { values: ({ application: { description } }) => (description === '' ? [] : [description]) },
  ],
  [type.entryUUID, { values: ({ application }) => [application.id] }],
  [type.entryDN, { values: ({ name }) => [name.dn], keys: ({ name }) => [name.key] }],
  [type.createTimestamp, time(({ application }) => application.createdAt)],
  [type.modifyTimestamp, time(({ application }) => application.updatedAt)],
  [type.structuralObjectClass, constant('applicationProcess')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
]);
