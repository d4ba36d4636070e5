import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments/parse.ts';
import { UsageError } from '../../../src/cli/arguments/usage-error.ts';
import { asksForHelp } from '../../../src/cli/arguments/words.ts';
import { takesValue } from '../../../src/cli/command.ts';
import { commandNames, loadCommand } from '../../../src/cli/commands/catalog.ts';

const commands = await Promise.all(commandNames.map(async (name) => (await loadCommand(name))!));

/** Of each command, its flags that take any text, numbers too. */
const textFlags = commands.flatMap((command) =>
  Object.entries(command.options)
    .filter(
      ([, option]) =>
        takesValue(option) && ['-1', '--x'].every((text) => option.type.parse(text) !== undefined),
    )
    .map(([flag]) => ({ name: command.name, command, flag })),
);

const generate = commands.find(({ name }) => name === 'generate')!;
const parse = (...args: string[]) => parseArguments(generate, ['model', ...args]);

describe('the word after a flag that takes any text is its value', () => {
  test.each(textFlags)('unrolled $name --$flag', ({ command, flag }) => {
    const operands = Array<string>(command.operands.min).fill('model');
    for (const value of ['-h', '--help', '-x', '--foo', '--', '-1', '--a=b', 'a=b', '-- so']) {
      for (const args of [[`--${flag}`, value], [`--${flag}=${value}`]]) {
        const line = [...operands, ...args];
        expect(asksForHelp(line, command.options)).toBe(false);
        const parsed = parseArguments(command, line);
        expect(JSON.stringify(parsed.values[flag])).toContain(value);
        expect(parsed.operands).toEqual(operands);
      }
    }
  });

  test('except a flag of the command, since the value was probably forgotten', () => {
    for (const flag of ['--json', '--length', '--length=3']) {
      expect(() => parse('--prompt', flag)).toThrow(
        `--prompt: got no value; it needs text. Write --prompt TEXT, or --prompt=${flag} if that is the value.`,
      );
      expect(parse(`--prompt=${flag}`).values).toMatchObject({ prompt: flag, json: false });
    }
  });
});

test('--help or -h shows the help, unless it is a value or an operand', () => {
  for (const help of ['--help', '-h']) {
    for (const args of [[help], ['--length', help], ['--foo', help], ['--length', 'x', help], [help, '--']]) {
      expect(asksForHelp(args, generate.options)).toBe(true);
    }
  }
});

test('words after -- are operands, whatever they begin with', () => {
  const suggest = commands.find(({ name }) => name === 'suggest')!;
  for (const text of ['-h', '--help', '-x', '--top', '--', '-']) {
    expect(parseArguments(suggest, ['--top', '3', 'model', '--', text])).toMatchObject({
      operands: ['model', text],
      values: { top: 3 },
    });
  }
  expect(parseArguments(suggest, ['--', '-a', '-b']).operands).toEqual(['-a', '-b']);
});

test('a long dash before a word that is not a flag is part of the text', () => {
  const suggest = commands.find(({ name }) => name === 'suggest')!;
  for (const text of ['—', '— so', '–1', '—length']) {
    expect(parseArguments(suggest, ['model', text]).operands).toEqual(['model', text]);
  }
  expect(parseArguments(suggest, ['model', '--', '—top']).operands).toEqual(['model', '—top']);
});

test('a dash alone is a value, or an operand: standard input', () => {
  expect(parse('--prompts', '-').values).toMatchObject({ prompts: '-' });
  expect(parseArguments(generate, ['-', '--json']).operands).toEqual(['-']);
});

test('if a flag is repeated the last value counts, unless it takes several', () => {
  const { values } = parse('--seed', '1', '--seed=2', '--stop', 'a', '--stop=b', '--json', '--json');
  expect(values).toMatchObject({ seed: 2, stop: ['a', 'b'], json: true });
});

test.each<[string, RegExp]>([
  ['-length 5', /^generate: unknown flag -length\. Did you mean --length\?$/],
  ['-length=5', /unknown flag -length\. Did you mean --length\?$/],
  ['—length 5', /^generate: unknown flag —length\. Did you mean --length\?$/],
  ['–length=5', /Did you mean --length\?$/],
  ['--LENGTH 5', /Did you mean --length\?$/],
  ['--top_k 5', /Did you mean --top-k\?$/],
  ['---json', /Did you mean --json\?$/],
  ['--len 5', /Did you mean --length\?$/],
  ['-l 5', /Did you mean --length\?$/],
  ['--top 5', /Did you mean --top-k or --top-p\?$/],
  ['--b 5', /Did you mean --ban, --beam, --beam-alpha or --backend\?$/],
  ['--lenght 5', /Did you mean --length\?$/],
  ['--hlep', /Did you mean --help\?$/],
  ['-5', /^generate: unknown flag -5\. See unrolled generate --help\. .* write -- before it\.$/],
  ['--=5', /^generate: unknown flag --\. See/],
  ['--length=', /^--length: got ''; it needs a positive integer, or endless\./],
  ['--length', /^--length: got no value; .* Write --length N\.$/],
  ['--length -5', /^--length: got '-5'; it needs a positive integer/],
  ['--temperature=-1', /^--temperature: got '-1'; it needs 0 or a positive number/],
  ['--json=yes', /^--json: got the value 'yes'; it needs none\. Write --json alone\.$/],
  ['--json=', /^--json: got the value ''; it needs none/],
  ['--help=me', /^generate: unknown flag --help\. /],
])('unrolled generate model %s', (line, message) => {
  let error: unknown;
  try {
    parse(...line.split(' '));
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UsageError);
  expect(Object(error).message).toMatch(message);
});
