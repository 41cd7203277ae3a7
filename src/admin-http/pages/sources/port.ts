/** What the pages of sources need of the directory and of the connector. */
import type { NewSource, Sources, SyncRuns } from '../../../core/directory/directory.ts';
import type { Actor } from '../../../core/model/audit.ts';
import type { PresetName, Source } from '../../../core/model/source.ts';
import type { Dialect } from '../../../core/model/source-dialect.ts';
import type { SignInRules } from '../../../core/model/source-sign-in.ts';
import type { SyncPreview, SyncRun } from '../../../core/model/sync-run.ts';
import type { User } from '../../../core/model/user.ts';
import type { RunStreams } from '../../run-stream.ts';

export interface SourcePagesDependencies {
  readonly sources: Pick<Sources, 'list' | 'find' | 'add' | 'edit' | 'setEnabled' | 'delete'>;
  readonly syncRuns: Pick<SyncRuns, 'byId' | 'list' | 'items'>;
  readonly connector: PagesConnector;
  readonly presets: Presets;
  readonly streams: Pick<RunStreams, 'follow'>;
}

export interface PagesConnector {
  /** Never throws for what is wrong with the source. */
  test(source: Source): Promise<SourceTrial>;
  /** Begins a run. Throws DirectoryError 'conflict' while another one of that source is alive. */
  sync(actor: Actor, source: Source): Promise<{ readonly run: SyncRun }>;
  preview(actor: Actor, source: Source): Promise<SyncPreview>;
  /** Begins a sync by the plan of a paused run. Throws DirectoryError as sync. */
  confirm(actor: Actor, runId: string): Promise<{ readonly run: SyncRun }>;
  cancel(actor: Actor, runId: string): Promise<SyncRun>;
  /** Binds a user to an entry that the source lists. */
  link(actor: Actor, username: string, source: Source, entry: { readonly dn: string }): Promise<User>;
}

/** What was tried of a source, step by step, with the first people and groups as they would be imported. */
export interface SourceTrial {
  readonly ok: boolean;
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
  readonly users: readonly Sample[];
  readonly groups: readonly Sample[];
}

export interface Sample {
  readonly dn: string;
  /** null where it cannot be imported. */
  readonly name: string | null;
  readonly problem: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly disabled: boolean;
  /** Of a group. */
  readonly members: number | null;
}

/** The kinds of directories that are known. */
export interface Presets {
  readonly kinds: Readonly<Record<PresetName, Kind>>;
  /** Throws DirectoryError 'invalid' where the base DN is none. */
  defaults(
    preset: PresetName,
    baseDn: string,
  ): Pick<NewSource, 'filter' | 'usernameField' | 'groupBaseDn' | 'groupFilter' | 'groupNameField'>;
}

export interface Kind {
  readonly title: string;
  readonly userFilter: string;
  readonly usernameField: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
  readonly dialect: Dialect;
  readonly signIn: SignInRules;
  /** What to know where a field is filled in, by the fields of a source. */
  readonly hints: Readonly<Record<string, string | undefined>>;
}
