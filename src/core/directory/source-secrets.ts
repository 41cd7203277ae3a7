/** Seals what lets Roster in at a source (bind password, key of the client certificate), and opens it for the connector. */
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import { checkClientKey } from '../model/client-certificate.ts';
import type { Source } from '../model/source.ts';
import { checkBindPassword, type SourceFields } from '../model/source-fields.ts';

/** In clear text, as somebody entered them; absent: not given. */
export interface GivenSecrets {
  readonly bindPassword?: string;
  readonly clientKeyPem?: string | null;
}

type SealedSecrets = Pick<Source, 'bindPasswordSealed' | 'clientKeySealed'>;

/**
 * The secrets of a source as they are kept. What was entered for one server is not sent to another: with another URL,
 * CA or client certificate they must be given anew. Throws DirectoryError 'invalid' (field `bindPassword`,
 * `clientKeyPem`).
 */
export function sealSecrets(
  secretBox: SecretBox,
  id: string,
  fields: SourceFields,
  { bindPassword, clientKeyPem }: GivenSecrets,
  before: Source | null,
): SealedSecrets {
  const kept = before !== null && isSameServer(before, fields) ? before : null;
  if (bindPassword !== undefined) checkBindPassword(bindPassword);
  const bindPasswordSealed =
    bindPassword === undefined ? kept?.bindPasswordSealed : secretBox.seal(bindPassword, id);
  if (bindPasswordSealed === undefined) throw missing('bindPassword', 'the bind password');
  return {
    bindPasswordSealed,
    clientKeySealed: sealedKey(secretBox, id, fields, clientKeyPem ?? undefined, kept),
  };
}

/** Throws DirectoryError 'unavailable' where this server's key does not open them. */
export function openSecrets(secretBox: SecretBox, source: Source) {
  const { id, bindPasswordSealed, clientKeySealed } = source;
  return {
    bindPassword: secretBox.open(bindPasswordSealed, id),
    clientKeyPem: clientKeySealed === null ? null : secretBox.open(clientKeySealed, keyBoundTo(id)),
  };
}

function isSameServer(before: Source, fields: SourceFields): boolean {
  return (
    fields.url === before.url &&
    fields.caPem === before.caPem &&
    fields.clientCertificatePem === before.clientCertificatePem
  );
}

function sealedKey(
  secretBox: SecretBox,
  id: string,
  { clientCertificatePem }: SourceFields,
  keyPem: string | undefined,
  kept: Source | null,
): string | null {
  if (clientCertificatePem === null) {
    if (keyPem === undefined) return null;
    throw new DirectoryError('invalid', 'The key needs the client certificate that it belongs to.', {
      field: 'clientCertificatePem',
    });
  }
  if (keyPem === undefined) {
    if (kept !== null) return kept.clientKeySealed;
    throw missing('clientKeyPem', 'the key of the client certificate');
  }
  checkClientKey(keyPem, clientCertificatePem);
  return secretBox.seal(keyPem, keyBoundTo(id));
}

/** Another text than that of the bind password, so that neither can stand in the other's place. */
function keyBoundTo(id: string): string {
  return `${id} client key`;
}

function missing(field: string, what: string): DirectoryError {
  const sentence = `With another URL, CA or client certificate ${what} must be given anew.`;
  return new DirectoryError('invalid', sentence, { field });
}
