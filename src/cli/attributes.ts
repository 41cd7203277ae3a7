/** `roster attributes`: list, add, show, edit, delete. */
import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { holdersSentence } from '../core/directory/attributes.ts';
import type { AttributeDefinitionChanges, NamedAttributes } from '../core/directory/directory.ts';
import {
  ATTRIBUTE_READERS,
  ATTRIBUTE_SUBJECTS,
  ATTRIBUTE_WRITERS,
  type AttributeDefinition,
  VALUE_TYPES,
} from '../core/model/attribute-definition.ts';
import { requireChange, WorkFailed } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

type Options = Omit<AttributeDefinitionChanges, 'name'>;

interface AddOptions extends Options {
  readonly of: AttributeDefinition['subject'];
  readonly type: AttributeDefinition['type'];
}

interface ImageOptions {
  readonly output: string;
  readonly replace?: true;
}

interface JsonOption {
  readonly json?: true;
}

export function attributesCommand(terminal: Terminal): Command {
  const attributes = new Command('attributes').description('attributes of users and groups of your own');

  attributes
    .command('list')
    .description('list the attributes that are defined')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => list(terminal, options));

  withOptions(attributes.command('add').description('define an attribute').argument('<name>'))
    .addOption(new Option('--of <subject>', 'who has it').choices(ATTRIBUTE_SUBJECTS).default('user'))
    .addOption(new Option('--type <type>', 'of its values').choices(VALUE_TYPES).default('text'))
    .action((name: string, { of: subject, ...options }: AddOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const added = await directory.attributes.add(CONSOLE, { name, subject, ...options });
        printLine(terminal, `Added attribute ${added.name}.`);
      }),
    );

  attributes
    .command('show')
    .description('show an attribute, and how many have it')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) => show(terminal, name, options));

  withOptions(attributes.command('edit').description('change what is given').argument('<name>'))
    .option('--name <name>', 'new name')
    .action((name: string, options: AttributeDefinitionChanges) => edit(terminal, name, options));

  attributes
    .command('image')
    .description('write the picture that a user or group has in an attribute into a file')
    .argument('<name>', 'of the attribute')
    .argument('<holder>', 'username, or the name of a group')
    .requiredOption('--output <file>', 'where to')
    .option('--replace', 'also where the file is there already')
    .action((name: string, holder: string, options: ImageOptions) => image(terminal, name, holder, options));

  attributes
    .command('delete')
    .description('delete an attribute and its values')
    .argument('<name>')
    .option('--yes', 'also while some have it')
    .action((name: string, { yes }: { yes?: true }) => remove(terminal, name, yes === true));

  return attributes;
}

function withOptions(command: Command): Command {
  return command
    .option('--several', 'it may have more than one value')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--readers <who>', 'over LDAP: all who see the entry, or the bind DN alone').choices(
        ATTRIBUTE_READERS,
      ),
    )
    .addOption(
      new Option('--writers <who>', 'administrators alone, or the user too').choices(ATTRIBUTE_WRITERS),
    );
}

/** As `show` prints them. */
export function attributeFields(named: NamedAttributes): Record<string, string> {
  return Object.fromEntries(Object.entries(named).map(([name, values]) => [name, values.join(', ')]));
}

async function list(terminal: Terminal, { json }: JsonOption): Promise<void> {
  const all = await withRoster(terminal, ({ directory }) => directory.attributes.list(CONSOLE));
  if (json) return printJson(terminal, all);
  const rows = all.map(({ name, subject, type, several, readers, writers }) => [
    ...[name, subject, type, several ? 'several' : 'one', readers, writers],
  ]);
  const head = ['name', 'of', 'type', 'values', 'readers', 'writers'];
  printTable(terminal, head, rows, 'No attributes are defined.');
}

async function show(terminal: Terminal, name: string, { json }: JsonOption): Promise<void> {
  const { definition, holders } = await withRoster(terminal, ({ directory }) =>
    directory.attributes.byName(CONSOLE, name),
  );
  if (json) return printJson(terminal, { ...definition, holders });
  printFields(terminal, {
    Name: definition.name,
    Description: definition.description,
    Of: definition.subject,
    Type: definition.type,
    Values: definition.several ? 'several' : 'one',
    Readers: definition.readers,
    Writers: definition.writers,
    Held: `by ${holders}`,
    Id: definition.id,
  });
}

async function edit(terminal: Terminal, name: string, changes: AttributeDefinitionChanges): Promise<void> {
  requireChange(changes);
  const edited = await withRoster(terminal, ({ directory }) =>
    directory.attributes.edit(CONSOLE, name, changes),
  );
  printLine(terminal, `Changed attribute ${edited.name}.`);
}

async function image(
  terminal: Terminal,
  name: string,
  holder: string,
  { output, replace }: ImageOptions,
): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const { definition } = await directory.attributes.byName(CONSOLE, name);
    const found = await directory.attributes.image(CONSOLE, definition.subject, holder, name);
    await writeFile(output, found.octets, { mode: 0o600, flag: replace ? 'w' : 'wx' }).catch((error) => {
      throw new WorkFailed(`${output} cannot be written (${error.code}).`);
    });
    printLine(terminal, `Wrote ${found.octets.length} bytes of ${found.type} into ${output}.`);
  });
}

async function remove(terminal: Terminal, name: string, yes: boolean): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const { definition, holders } = await directory.attributes.byName(CONSOLE, name);
    if (holders > 0 && !yes) {
      throw new WorkFailed(`${holdersSentence(definition, holders)} With --yes it is deleted all the same.`);
    }
    await directory.attributes.delete(CONSOLE, name, holders);
    printLine(terminal, `Deleted attribute ${definition.name}.`);
  });
}
