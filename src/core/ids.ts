/** Ids of everything Roster keeps: random UUIDs in RFC 9562 text form, lower-case; LDAP serves them as entryUUID. */
import { randomUUID } from 'node:crypto';

export type NewId = () => string;

export const newId: NewId = () => randomUUID();
