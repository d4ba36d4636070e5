import { type Command, type Option, type Summary, type Switch, takesValue } from '../command.ts';
import { bold } from '../terminal/style.ts';
import { widest } from '../terminal/table.ts';
import { columnsOf, pad } from '../terminal/width.ts';

/** Width of the help, in columns. */
const WIDTH = 80;

/** What `unrolled --help` prints. */
export function overview(commands: readonly Summary[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    'Train a small recurrent language model on your own text, see what it computes',
    'at every step, and ship it as one file: in TypeScript, in Node and in the',
    'browser.',
    '',
    `${bold('Usage')}  unrolled <command> [flags]`,
    '',
    bold('Commands'),
    ...columns(rows),
    '',
    bold('Flags'),
    ...columns([
      ['--help', 'Show this help; for a command, unrolled train --help or unrolled help train'],
      ['--version', 'Show the version'],
    ]),
    '',
    bold('Start here'),
    '  unrolled train                        train on the bundled speeches',
    '  unrolled generate model.safetensors   generate text with the model',
    '',
  ].join('\n');
}

/** What `unrolled tokenizer --help` prints. */
export function groupHelp({
  name,
  summary,
  commands,
}: Summary & { readonly commands: readonly Summary[] }): string {
  const [first] = commands;
  return [
    `${summary}.`,
    '',
    `${bold('Usage')}  unrolled ${name} <command> [flags]`,
    '',
    bold('Commands'),
    ...columns(commands.map((command) => [command.name, command.summary])),
    '',
    bold('Flags'),
    ...columns([['--help', `Show this help; for a command, unrolled ${name} ${first.name} --help`]]),
    '',
  ].join('\n');
}

/** What `unrolled <command> --help` prints, made from the command's table. */
export function commandHelp({ name, summary, operands, notes, options, examples }: Command): string {
  const rows = Object.entries(options).map(
    ([flag, option]) => [usageOf(flag, option), helpOf(option)] as const,
  );
  return [
    `${summary}.`,
    ...(notes ? ['', ...wrap(notes.replaceAll('\n', ' '), WIDTH)] : []),
    '',
    `${bold('Usage')}  ${['unrolled', name, operands.usage, '[flags]'].filter(Boolean).join(' ')}`,
    '',
    bold('Flags'),
    ...columns([...rows, ['--help', 'Show this help']]),
    '',
    bold('Examples'),
    ...examples.flatMap(({ line, what }) => [
      `  ${line}`,
      ...wrap(what, WIDTH - 6).map((part) => `      ${part}`),
    ]),
    '',
  ].join('\n');
}

function usageOf(flag: string, option: Option | Switch): string {
  return takesValue(option) ? `--${flag} ${option.value}` : `--${flag}`;
}

function helpOf(option: Option | Switch): string {
  if (!takesValue(option)) return option.help;
  const choices = option.type.choices ?? [];
  const byDefault = option.default ?? option.otherwise;
  const notes = [
    ...(choices.length > 0 ? [choices.join(', ')] : []),
    ...(byDefault === undefined ? [] : [`default: ${byDefault ?? 'none'}`]),
  ];
  const alias = option.alias === undefined ? '' : `, also --${option.alias}`;
  return `${option.help}${alias}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

/** Two columns; the right one is wrapped at spaces to fit the width. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = widest(rows.map(([left]) => left));
  return rows.flatMap(([left, right]) =>
    wrap(right, WIDTH - width - 4).map((line, i) => `  ${pad(i === 0 ? left : '', width)}  ${line}`),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (columnsOf(`${line} ${word}`) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
