import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';
import { newRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
const scripts: Record<string, string> = {};

beforeAll(async () => {
  roster = await newRoster();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { status, stdout } = await roster.cli(['completion', shell]);
    expect(status).toBe(0);
    scripts[shell] = stdout;
  }
});
afterAll(() => roster.remove());

/** What bash proposes behind these words, of which the last is being typed. */
async function proposed(...words: string[]): Promise<readonly string[]> {
  const script = `${scripts['bash']}
    COMP_WORDS=(roster "$@"); COMP_CWORD=$#; _roster; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await runProgram('bash', ['--norc', '-c', script, 'bash', ...words]);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash proposes the nouns, and the verbs of a noun', async () => {
  expect(await proposed('us')).toEqual(['users']);
  expect(await proposed('')).toEqual(expect.arrayContaining(['serve', 'groups', 'completion', '--version']));
  expect(await proposed('groups', 'copy')).toEqual(['copy-members']);
  expect(await proposed('users', 'a')).toEqual(['add', 'allow']);
});

test('bash proposes the options of a command behind its arguments, and what they take', async () => {
  expect(await proposed('users', 'add', 'jdoe', '--password')).toEqual(['--password-stdin']);
  expect(await proposed('export', '--format', '')).toEqual(['csv', 'json', 'ldif']);
  expect(await proposed('attributes', 'add', 'badge', '--type', 'i')).toEqual(['integer', 'image']);
  expect(await proposed('completion', 'z')).toEqual(['zsh']);
});

test('a name that is also a verb does not lead astray', async () => {
  expect(await proposed('users', 'show', 'list', '--')).toEqual(['--json', '--help']);
});

test('bash completes files where nothing else is known', async () => {
  const { stdout } = await runProgram('bash', ['--norc', '-c', `${scripts['bash']} complete -p roster`]);
  expect(stdout).toBe('complete -o default -F _roster roster\n');
  expect(await proposed('import', 'people')).toEqual([]);
});

test('the shells take their scripts', () => {
  for (const [shell, script = ''] of Object.entries(scripts)) {
    const { error, status } = spawnSync(shell, ['-n'], { input: script });
    // Shells that are not installed cannot say.
    if (error === undefined) expect([shell, status]).toEqual([shell, 0]);
  }
  expect(scripts['zsh']).toContain('bashcompinit');
  expect(scripts['fish']).toContain(
    "complete -c roster -n '__roster_in attributes add' -l type -r -f -a 'text integer boolean time image' -d 'of its values",
  );
});

test('another shell is refused', async () => {
  expect(await roster.cli(['completion', 'powershell'])).toMatchObject({
    ...{ status: 2, stdout: '', stderr: expect.stringMatching(/bash, zsh, fish/) },
  });
});
