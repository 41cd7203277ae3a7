/** `roster completion`: a script by which a shell completes commands, options and what an option takes. */
import { Argument, Command } from 'commander';
import type { Terminal } from './terminal.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function completionCommand(terminal: Terminal): Command {
  return new Command('completion')
    .description('print what lets a shell complete commands: eval "$(roster completion bash)"')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell, _options: object, command: Command) => {
      terminal.stdout.write(SCRIPTS[shell](placesOf(rootOf(command))));
    });
}

/** What can stand behind the words of a command. */
interface Place {
  /** Below the program: ['users', 'add']. */
  readonly path: readonly string[];
  /** And arguments, where those that can be are known. */
  readonly commands: readonly Word[];
  readonly options: readonly Option[];
}

interface Word {
  readonly text: string;
  readonly description: string;
}

interface Option extends Word {
  /** What it takes, where that is known. */
  readonly choices: readonly string[];
  readonly takesValue: boolean;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function placesOf(command: Command, path: readonly string[] = []): readonly Place[] {
  const help = command.createHelp();
  const commands = help
    .visibleCommands(command)
    .map((each) => ({ text: each.name(), description: each.description() }));
  const options = help.visibleOptions(command).flatMap(({ long, description, argChoices, flags }) => ({
    ...{ text: long ?? flags, description, choices: argChoices ?? [], takesValue: /[<[]/.test(flags) },
  }));
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) =>
    argChoices.map((text) => ({ text, description: '' })),
  );
  const below = command.commands.flatMap((each) => placesOf(each, [...path, each.name()]));
  return [{ path, commands: [...commands, ...values], options }, ...below];
}

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  // It runs completions that were written for bash.
  zsh: (places) =>
    `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(places)}`,
  fish: fishScript,
};

/** Words that are no command, such as names, stay out of the path. Where nothing fits, files are proposed. */
function bashScript(places: readonly Place[]): string {
  const commands = places.slice(1).map(({ path }) => JSON.stringify(path.join(' ')));
  const words = places.map(({ path, commands: below, options }) => {
    const texts = [...below, ...options].map(({ text }) => text).join(' ');
    return `    ${JSON.stringify(path.join(' '))}) words="${texts}" ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ text, choices }) =>
          `    ${JSON.stringify([...path, text].join(' '))}) words="${choices.join(' ')}" ;;`,
      ),
  );
  return `_roster() {
  local path="" words="" word next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    next="$path\${path:+ }$word"
    case "$next" in
    ${commands.join(' | \\\n    ')}) path="$next" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _roster roster
`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options }) => {
    const at = (test: string) => `complete -c roster -n ${single([test, ...path].join(' '))}`;
    return [
      ...commands.map(
        ({ text, description }) => `${at('__roster_at')} -f -a ${text} -d ${single(description)}`,
      ),
      ...options.map(({ text, description, choices, takesValue }) =>
        [
          ...[at('__roster_in'), `-l ${text.replace(/^--/, '')}`, takesValue ? '-r' : ''],
          ...[choices.length > 0 ? `-f -a ${single(choices.join(' '))}` : '', `-d ${single(description)}`],
        ]
          .filter((part) => part !== '')
          .join(' '),
      ),
    ];
  });
  return `function __roster_words
  set -l words (commandline -opc | string match -v -- '-*')
  set -e words[1]
  echo "$words"
end
function __roster_at
  test (__roster_words) = "$argv"
end
function __roster_in
  string match -q -- "$argv *" (__roster_words)' '; or test -z "$argv"
end
${lines.join('\n')}
`;
}

function single(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
