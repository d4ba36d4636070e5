import { parseArgs } from 'node:util';
import { type Command, type Option, type Options, type Switch, takesValue, type Values } from '../command.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

export interface Arguments {
  readonly values: Values<Options>;
  readonly operands: readonly string[];
}

/** Parses the arguments after a command's name; throws UsageError for what its table doesn't allow. */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, option]) => [
        name,
        { type: takesValue(option) ? 'string' : 'boolean' },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const values = defaults(command.options);
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const inline = token.inlineValue ?? false;
    const value = readValue(command, token.rawName, token.name, token.value, inline);
    const before = values[token.name];
    values[token.name] = isMany(command.options[token.name]) ? [...(before as unknown[]), value] : value;
  }
  checkOperands(command, operands);
  return { values: values as Values<Options>, operands };
}

function defaults(options: Options): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      takesValue(option) ? (isMany(option) ? [] : option.default) : false,
    ]),
  );
}

function isMany(option: Option | Switch): boolean {
  return takesValue(option) && option.many === true;
}

function readValue(
  command: Command,
  flag: string,
  name: string,
  given: string | undefined,
  inline: boolean,
): unknown {
  if (!Object.hasOwn(command.options, name) || flag !== `--${name}`) throw unknownFlag(command, flag);
  const option = command.options[name];
  if (!takesValue(option)) {
    if (given === undefined) return true;
    throw new UsageError(`${flag}: got the value '${given}'; it needs none. Write ${flag} alone.`);
  }
  const swallowed = !inline && given?.startsWith('--') && Object.hasOwn(command.options, given.slice(2));
  if (given === undefined || swallowed) {
    throw new UsageError(
      `${flag}: got no value; it needs ${option.type.needs}. Write ${flag} ${option.value}.`,
    );
  }
  const value = option.type.parse(given);
  if (value !== undefined) return value;
  const hint = didYouMean(given, option.type.choices ?? []);
  throw new UsageError(`${flag}: got '${given}'; it needs ${option.type.needs}.${hint || seeHelp(command)}`);
}

function unknownFlag(command: Command, flag: string): UsageError {
  const flags = Object.keys(command.options).map((name) => `--${name}`);
  return new UsageError(
    `${command.name}: got ${flag}; it has no such flag.${didYouMean(flag, flags) || seeHelp(command)}`,
  );
}

function checkOperands({ name, operands: { usage, min, max } }: Command, given: readonly string[]): void {
  if (given.length >= min && given.length <= max) return;
  const got = given.length === 0 ? 'nothing' : given.map((operand) => `'${operand}'`).join(' ');
  const line = ['unrolled', name, usage].filter(Boolean).join(' ');
  throw new UsageError(`${name}: got ${got}; it needs ${usage || 'no more than flags'}. Write ${line}.`);
}

function seeHelp({ name }: Command): string {
  return ` See unrolled ${name} --help.`;
}
