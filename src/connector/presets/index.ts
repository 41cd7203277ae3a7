/** The presets by name, with what they fill in where an operator says nothing. */
import { PRESET_NAMES, type PresetName, type Source } from '../../core/model/source.ts';
import type { Dialect } from '../../core/model/source-dialect.ts';
import type { SignInRules } from '../../core/model/source-sign-in.ts';
import { formatDn, parseDn } from '../../core/syntax/dn.ts';
import { directoryServer389 } from './389ds.ts';
import { activeDirectory } from './active-directory.ts';
import { cloudron } from './cloudron.ts';
import { entraDomainServices } from './entra-domain-services.ts';
import { google } from './google.ts';
import { jumpcloud } from './jumpcloud.ts';
import { okta } from './okta.ts';
import { openldap } from './openldap.ts';
import type { Preset } from './preset.ts';
import { roster } from './roster.ts';

export const presets: Readonly<Record<PresetName, Preset>> = {
  jumpcloud,
  okta,
  'active-directory': activeDirectory,
  openldap,
  '389ds': directoryServer389,
  google,
  'entra-domain-services': entraDomainServices,
  cloudron,
  roster,
};

export interface PresetDefaults {
  readonly filter: string;
  readonly usernameField: string;
  readonly groupBaseDn: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
}

/**
 * The fields of a new source that its preset knows; `baseDn` is where the people are.
 * Throws DirectoryError 'invalid' (field `dn`) where that is no DN.
 */
export function presetDefaults(name: PresetName, baseDn = ''): PresetDefaults {
  const preset = presets[name];
  return {
    filter: preset.userFilter,
    usernameField: preset.usernameField,
    groupBaseDn: groupBaseOf(preset, baseDn),
    groupFilter: preset.groupFilter,
    groupNameField: preset.groupNameField,
  };
}

/** What people call each preset. */
export function presetTitles(): readonly { readonly name: string; readonly title: string }[] {
  return Object.entries(presets).map(([name, { title }]) => ({ name, title }));
}

export function presetNamed(text: string): Preset | null {
  const known = PRESET_NAMES.find((name) => name === text);
  return known === undefined ? null : presets[known];
}

/** How a source's directory is read: as its preset says, and where an operator said otherwise. */
export function dialectOf({ dialect }: Pick<Source, 'dialect'>, preset: Preset): Dialect {
  const attributes = { ...preset.dialect.attributes, ...dialect.attributes };
  return { ...preset.dialect, ...dialect, attributes };
}

/** As dialectOf, for how a source is asked about passwords. */
export function signInOf({ signIn }: Pick<Source, 'signIn'>, preset: Preset): SignInRules {
  return { ...preset.signIn, ...signIn };
}

/** The container beside that of the people; below anything else than a container both are found in one place. */
function groupBaseOf({ groupBase }: Preset, baseDn: string): string {
  if (groupBase === 'same') return baseDn;
  const [unit, ...parent] = parseDn(baseDn);
  const type = unit?.[0]?.type.toLowerCase() ?? '';
  if (!groupBase.types.includes(type)) return baseDn;
  return formatDn([[{ type, value: groupBase.value }], ...parent]);
}
