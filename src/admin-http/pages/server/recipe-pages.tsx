/** The recipes: settings to copy into the programs that people use most, filled in for this server. */
import { DirectoryError } from '../../../core/errors.ts';
import { Title } from '../../views/parts.tsx';
import type { Asked, Page, Shown, Visitor } from '../page.ts';
import { hostFor, LDAP_PATH } from './ldap.tsx';
import type { LdapPort } from './port.ts';
import { filledIn, RECIPES } from './recipes.ts';

const PATH = `${LDAP_PATH}/recipes`;

export function recipePages(ldap: LdapPort): readonly Page[] {
  const needs = 'settings.read';
  return [
    { method: 'get', path: PATH, needs, show: listPage },
    {
      ...{ method: 'get', path: `${PATH}/:name`, needs },
      show: (asked, visitor) => recipePage(ldap, asked, visitor),
    },
  ];
}

function listPage(): Shown {
  const body = (
    <>
      <Title>Recipes</Title>
      <p>
        Settings for programs, filled in for this server. For each, first{' '}
        <a href="/applications/new">add an application</a> of the name that the recipe uses, and let the
        address of the program connect.
      </p>
      <ul class="counters">
        {RECIPES.map(({ id, title }) => (
          <li key={id}>
            <a href={`${PATH}/${id}`}>{title}</a>
          </li>
        ))}
      </ul>
      <p class="muted">
        What is missing here needs the same values, under other names: see{' '}
        <a href={LDAP_PATH}>what to copy into an application</a>.
      </p>
    </>
  );
  return { kind: 'page', title: 'Recipes', body };
}

function recipePage(ldap: LdapPort, { params }: Asked, { actor }: Visitor): Shown {
  const recipe = RECIPES.find(({ id }) => id === params['name']);
  if (recipe === undefined) throw new DirectoryError('not-found', 'There is no such recipe.');
  const state = ldap.state(actor);
  const { id, title, where, note } = recipe;
  const settings = filledIn(recipe, { host: hostFor(state), port: state.port, base: state.baseDn });
  const body = (
    <>
      <Title>{title}</Title>
      <ol>
        <li>
          <a href={`/applications/new?name=${id}`}>Add the application {id}</a>: its password, which is shown
          once, stands here as <code>APP-PASSWORD</code>.
        </li>
        <li>
          Let the address of the program connect, by the <a href={`${LDAP_PATH}/allow`}>allow-list</a>.
        </li>
        <li>
          Give the program <a href={`${LDAP_PATH}/certificate`}>the authority's certificate</a>, here as{' '}
          <code>/etc/ssl/certs/roster-ca.pem</code>, unless everybody trusts who issued its certificate.
        </li>
        <li>{where}:</li>
      </ol>
      <section class="table" aria-label="Settings" tabindex={0}>
        <pre>
          <code id="settings">{settings}</code>
        </pre>
      </section>
      <p class="scripted-only">
        <button type="button" class="secondary outline copy" data-copy="settings">
          Copy
        </button>
      </p>
      {note === undefined ? null : <p>{note}</p>}
      <p>
        Then <a href={`${LDAP_PATH}/try`}>try a sign-in</a> here, and see in the{' '}
        <a href="/activity">activity</a> what the program asks.
      </p>
    </>
  );
  return { kind: 'page', title, body };
}
