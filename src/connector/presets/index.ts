/** The presets by name, with what they fill in where an operator says nothing. */
import type { PresetName } from '../../core/model/source.ts';
import { formatDn, parseDn } from '../../core/syntax/dn.ts';
import { activeDirectory } from './active-directory.ts';
import { cloudron } from './cloudron.ts';
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
  cloudron,
  roster,
};

const GROUPS = [{ type: 'ou', value: 'groups' }];

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
    groupBaseDn: preset.groupBase === 'same' ? baseDn : groupsBeside(baseDn),
    groupFilter: preset.groupFilter,
    groupNameField: preset.groupNameField,
  };
}

/** ou=groups beside an organizational unit; below anything else, people and groups are found in one place. */
function groupsBeside(baseDn: string): string {
  const [unit, ...parent] = parseDn(baseDn);
  return unit?.[0]?.type.toLowerCase() === 'ou' ? formatDn([GROUPS, ...parent]) : baseDn;
}
