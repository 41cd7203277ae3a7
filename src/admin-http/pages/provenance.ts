/** Where users and groups come from, by the names of the sources. */
import type { Sources } from '../../core/directory/directory.ts';
import type { Origin } from '../../core/model/origin.ts';

interface Imported {
  readonly origin: Origin | null;
}

/** The names of all sources by their ids. */
export async function sourceNames(sources: Pick<Sources, 'list'>): Promise<ReadonlyMap<string, string>> {
  return new Map((await sources.list()).map(({ id, name }) => [id, name]));
}

/** Name of the source that somebody or something comes from; null: it is kept here. */
export async function sourceOf(sources: Pick<Sources, 'byId'>, { origin }: Imported): Promise<string | null> {
  if (origin === null) return null;
  return (await sources.byId(origin.sourceId))?.name ?? 'a source that is gone';
}

/** Why a field cannot be changed here; undefined: it can. */
export function lockedBy(source: string | null): string | undefined {
  return source === null ? undefined : `Comes from ${source}: change it there.`;
}
