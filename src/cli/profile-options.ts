/** The options of `users add` and `users edit` for what is known of a person beside names and addresses. */
import { type Command, InvalidArgumentError } from 'commander';
import type { UserExtras } from '../core/directory/directory.ts';
import { AVATAR_BYTES_MAX } from '../core/model/avatar.ts';
import type { MetadataChanges } from '../core/model/metadata.ts';
import { sshFingerprint } from '../core/model/ssh-key.ts';
import type { User } from '../core/model/user.ts';
import { type AttributeOptions, addAttributeOptions, attributeChanges } from './attribute-options.ts';
import { readAtMost } from './read-file.ts';

export interface ProfileOptions extends AttributeOptions {
  readonly fallbackEmail?: string;
  readonly language?: string;
  /** false: none. */
  readonly affiliation?: readonly string[] | false;
  readonly employeeNumber?: string;
  readonly title?: string;
  readonly department?: string;
  readonly phone?: string;
  readonly mobile?: string;
  /** false: none. */
  readonly sshKeyFile?: readonly string[] | false;
  /** false: none. */
  readonly avatarFile?: string | false;
  readonly confirm?: boolean;
  readonly metadata?: MetadataChanges;
}

/** More than a user can have of SSH keys. */
const KEY_FILE_BYTES_MAX = 262_144;

export function addProfileOptions(command: Command): Command {
  return addAttributeOptions(command)
    .option('--fallback-email <address>', 'where to reach the person when the e-mail address fails')
    .option('--language <tag>', 'preferred language, such as de-CH')
    .option('--affiliation <name>', 'organization; may be repeated, and replaces those of before', collect)
    .option('--employee-number <number>')
    .option('--title <title>', 'job title')
    .option('--department <name>')
    .option('--phone <number>')
    .option('--mobile <number>')
    .option(
      '--ssh-key-file <path>',
      'file of SSH public keys; may be repeated, and replaces those of before',
      collect,
    )
    .option('--avatar-file <path>', 'JPEG picture of up to 64 KiB')
    .option('--confirm', 'the e-mail address is known to be the person’s')
    .option('--no-confirm', 'it is not')
    .option(
      '--metadata <key=value>',
      'free metadata; may be repeated; without a value the key goes',
      collectMetadata,
    );
}

/** What `edit` has beside these. */
export function addProfileRemovals(command: Command): Command {
  return command
    .option('--no-affiliation', 'take all affiliations away')
    .option('--no-ssh-key-file', 'take all SSH public keys away')
    .option('--no-avatar-file', 'take the picture away');
}

/** `key=value`; without a value the key goes. */
export function collectMetadata(text: string, before: MetadataChanges = {}): MetadataChanges {
  const [, key, value = ''] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [key]: value === '' ? null : value };
}

/** Throws UsageError where a file cannot be read. */
export async function extrasOf(options: ProfileOptions): Promise<UserExtras> {
  const { fallbackEmail, language, affiliation, employeeNumber, title, department, phone, mobile } = options;
  const { sshKeyFile, avatarFile, confirm, metadata } = options;
  const attributes = await attributeChanges(options);
  return {
    ...(fallbackEmail !== undefined && { fallbackEmail }),
    ...(language !== undefined && { language }),
    ...(affiliation !== undefined && { affiliations: affiliation || [] }),
    ...(employeeNumber !== undefined && { employeeNumber }),
    ...(title !== undefined && { title }),
    ...(department !== undefined && { department }),
    ...(phone !== undefined && { phone }),
    ...(mobile !== undefined && { mobile }),
    ...(sshKeyFile !== undefined && { sshPublicKeys: await readKeys(sshKeyFile || []) }),
    ...(avatarFile !== undefined && { avatar: await readAvatar(avatarFile) }),
    ...(confirm !== undefined && { confirmed: confirm }),
    ...(attributes !== undefined && { attributes }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** As `users show` prints them. */
export function profileFields({ profile, avatar, metadata, confirmed, email }: User): Record<string, string> {
  return {
    Confirmed: email === null ? '' : confirmed ? 'yes' : 'no',
    'Fallback e-mail': profile.fallbackEmail ?? '',
    Language: profile.language,
    Affiliations: profile.affiliations.join(', '),
    'Employee number': profile.employeeNumber,
    Title: profile.title,
    Department: profile.department,
    Phone: profile.phone,
    Mobile: profile.mobile,
    'SSH keys': profile.sshPublicKeys.map(sshFingerprint).join(', '),
    Picture: avatar === null ? '' : `JPEG, ${avatar.bytes} bytes`,
    Metadata: metadataText(metadata),
  };
}

export function metadataText(metadata: User['metadata']): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function collect(value: string, before?: readonly string[] | false): readonly string[] {
  return [...(before || []), value];
}

/** One key on a line, as in files that end in .pub and in authorized_keys. */
async function readKeys(paths: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(
    paths.map((path) => readAtMost(KEY_FILE_BYTES_MAX, path, '--ssh-key-file')),
  );
  return files
    .flatMap((file) => file.toString().split(/\r?\n/))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

async function readAvatar(path: string | false): Promise<Uint8Array | null> {
  return path === false ? null : readAtMost(AVATAR_BYTES_MAX, path, '--avatar-file');
}
