/** Where an imported user or group comes from: its source and its identity there. */

export interface Origin {
  readonly sourceId: string;
  /** The stable id upstream (entryUUID, objectGUID, ...); unique within the source and kind. */
  readonly externalId: string;
  /** The DN upstream, as the source wrote it at the last sync. */
  readonly dn: string;
  /** Since when the source no longer lists it, or lists it as disabled; null while it is there and well. */
  readonly suspendedSince: Date | null;
  /** Since when the source no longer lists it at all: from then on its days of grace count; absent while it is there. */
  readonly goneSince?: Date;
  /** Where the source is a Roster: the ids of all by which it came here, the first one first. */
  readonly via?: readonly string[];
}
