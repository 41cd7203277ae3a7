/** The settings in docs/clients/, read from the documents' code blocks, so that what is documented is what is tested. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestRoster } from './roster.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'clients');
const BLOCK = /^```\w+ (\S+)\n(.*?)^```$/gms;

export interface Recipe {
  /** Password of the application's account. */
  readonly password: string;
  /** A block by the name after its language, with the document's example values replaced by this Roster's. */
  block(name: string): string;
}

/** Opens docs/clients/<app>.md, and adds the application's account to Roster by the command in its block `account`. */
export async function openRecipe(app: string, roster: TestRoster): Promise<Recipe> {
  const text = await readFile(join(FOLDER, `${app}.md`), 'utf8');
  const blocks = new Map([...text.matchAll(BLOCK)].map(([, name = '', block = '']) => [name, block]));
  const blockOf = (name: string): string => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`docs/clients/${app}.md has no block named ${name}.`);
    return block;
  };
  const password = await addApplication(roster, blockOf('account'));
  const { hostname, port } = new URL(roster.ldapsUrl);
  return {
    password,
    block: (name) =>
      blockOf(name)
        .replaceAll('roster.example.org', hostname)
        .replaceAll('6636', port)
        .replaceAll('/etc/ssl/certs/roster-ca.pem', roster.caFile)
        .replaceAll('APP-PASSWORD', password),
  };
}

/** Resolves to the password when the new account is served. */
async function addApplication(roster: TestRoster, command: string): Promise<string> {
  const args = command.trim().replace('npx roster ', '').split(' ');
  const { name, password } = await roster.json<{ name: string; password: string }>(...args);
  while ((await roster.search(['-b', 'ou=apps,dc=roster', `(cn=${name})`, '1.1'])).length === 0);
  return password;
}
