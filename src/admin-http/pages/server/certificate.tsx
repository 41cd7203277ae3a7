/** The certificate of the directory server: what it says, and another one in its place. */
import type { VNode } from 'preact';
import { DirectoryError } from '../../../core/errors.ts';
import { ErrorBox, type FormState, firstForm, orAgain, statusOf } from '../../views/form.tsx';
import { Facts, State, Time, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from '../page.ts';
import { LDAP_PATH } from './ldap.tsx';
import type { LdapPort } from './port.ts';

const PATH = `${LDAP_PATH}/certificate`;

export function certificatePages(ldap: LdapPort): readonly Page[] {
  return [
    {
      ...{ method: 'get', path: PATH, needs: 'settings.read' },
      show: (_asked, visitor) => certificatePage(ldap, visitor, firstForm()),
    },
    {
      ...{ method: 'get', path: `${PATH}/authority`, needs: 'settings.read' },
      show: (_asked, visitor) => authorityFile(ldap, visitor),
    },
    {
      ...{ method: 'post', path: PATH, needs: 'settings.edit' },
      show: (asked, visitor) => replace(ldap, asked, visitor),
    },
  ];
}

async function authorityFile(ldap: LdapPort, { actor }: Visitor): Promise<Shown> {
  const pem = await ldap.authority(actor);
  if (pem === null) throw new DirectoryError('not-found', 'Who issued the certificate is not kept here.');
  return { kind: 'file', type: 'application/x-pem-file', name: 'roster-ca.pem', content: Buffer.from(pem) };
}

function replace(ldap: LdapPort, { form, files }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const [certPem, keyPem] = [files.get('certificate')?.toString(), files.get('key')?.toString()];
      if (certPem === undefined || keyPem === undefined) {
        throw new DirectoryError('invalid', 'Choose both files: the certificate and its key.');
      }
      await ldap.replaceCertificate(visitor.actor, { certPem, keyPem });
      return {
        kind: 'redirect',
        to: PATH,
        notice: 'The certificate is replaced, and shown to who connects from now on.',
      };
    },
    (state) => certificatePage(ldap, visitor, state),
  );
}

async function certificatePage(ldap: LdapPort, visitor: Visitor, state: FormState): Promise<Shown> {
  const authority = await ldap.authority(visitor.actor);
  const { certificate } = ldap.state(visitor.actor);
  const { names, issuer, expiry, fingerprint, trouble } = certificate;
  const body = (
    <>
      <Title>Certificate</Title>
      {trouble === null ? null : <p class="warning">{trouble}</p>}
      <Facts
        facts={{
          State:
            trouble === null ? (
              <State mood="good">in order</State>
            ) : (
              <State mood="warn">needs attention</State>
            ),
          'Valid until': <Time at={expiry} />,
          'Clients may call the server': names.join(', '),
          'Issued by': issuer,
          'SHA-256': <code class="secret">{fingerprint}</code>,
        }}
      />
      {authority === null ? (
        <p>Clients must trust whoever issued it.</p>
      ) : (
        <p>
          Clients must trust the authority that issued it:{' '}
          <a href={`${PATH}/authority`} download="roster-ca.pem">
            download its certificate
          </a>
          .
        </p>
      )}
      {may(visitor, 'settings.edit') ? <Upload csrfToken={visitor.csrfToken} state={state} /> : null}
    </>
  );
  return { kind: 'page', title: 'Certificate', body, status: statusOf(state) };
}

function Upload({
  csrfToken,
  state: { error },
}: {
  readonly csrfToken: string;
  readonly state: FormState;
}): VNode {
  return (
    <section>
      <h2>Replace it</h2>
      <p>
        Connections that are open go on. Clients must trust whoever issued the new certificate, and call the
        server by one of its names. A pair that does not fit is refused, and the one before stays.
      </p>
      <form method="post" action={PATH} enctype="multipart/form-data">
        <input type="hidden" name="csrf" value={csrfToken} />
        {error === null ? null : <ErrorBox message={error.message} />}
        <div class="field">
          <label for="certificate">Certificate, with its chain (PEM)</label>
          <input type="file" id="certificate" name="certificate" required />
        </div>
        <div class="field">
          <label for="key">Private key (PEM, without a passphrase)</label>
          <input type="file" id="key" name="key" required />
        </div>
        <button type="submit">Replace the certificate</button>
      </form>
    </section>
  );
}
