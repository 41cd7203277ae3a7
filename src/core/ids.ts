/**
 * Ids of everything Roster keeps: UUIDs of version 7 in RFC 9562 text form, lower-case; LDAP serves them as entryUUID.
 * Each is greater than the ones before, so that a database writes what comes together in one place of its indexes.
 */
import { v7 } from 'uuid';

export type NewId = () => string;

export const newId: NewId = () => v7();
