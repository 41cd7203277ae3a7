/** The view of an application that is given everyone. */
import type { Application } from '../../core/model/application.ts';
import type { Scope } from '../protocol/messages.ts';
import { type ApplicationView, frameOf, type Tree } from './application-view.ts';
import type { Assertion } from './assertion.ts';
import type { FindType } from './attribute-types.ts';
import type { Entry } from './entry.ts';

export function createWholeView(tree: Tree, application: Application): ApplicationView {
  return new WholeView(tree, application);
}

/** Sees all users and groups as the admin sees them; hidden are only the accounts of others that are no users. */
class WholeView implements ApplicationView {
  readonly hidesCounts = false;
  readonly findType: FindType;
  readonly #tree: Tree;
  readonly #frame: readonly string[];

  constructor(tree: Tree, application: Application) {
    this.#tree = tree;
    this.findType = tree.schema.findOpen;
    this.#frame = frameOf(tree, application);
  }

  entry(key: string): Entry | undefined {
    const entry = this.#tree.entry(key);
    return entry !== undefined && this.#shows(entry) ? entry : undefined;
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    const { dit } = this.#tree;
    const found = this.#tree.candidates(base, scope, assertion);
    const holdsPeople = base.key === dit.users.key || base.key === dit.groups.key;
    return holdsPeople ? found : found.filter((entry) => this.#shows(entry));
  }

  sees(userId: string): boolean {
    return this.#tree.references.get(userId)?.kind === 'user';
  }

  changed(): void {}

  #shows(entry: Entry): boolean {
    return entry.kind === 'user' || entry.kind === 'group' || this.#frame.includes(entry.key);
  }
}
