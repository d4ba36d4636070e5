import { type Command, type Option, type Options, type Switch, takesValue, type Values } from '../command.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';
import { optionNamed, splitWords, type Word } from './words.ts';

export interface Arguments {
  readonly values: Values<Options>;
  readonly operands: readonly string[];
}

/**
 * Parses the arguments after a command's name. If a flag is repeated, the last value counts. Throws UsageError for arguments that
 * the command's table doesn't allow.
 */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const values = defaults(command.options);
  const operands: string[] = [];
  for (const word of splitWords(args, command.options)) {
    if (word.kind === 'operand') {
      operands.push(word.value);
      continue;
    }
    const found = optionNamed(word.flag, command.options);
    if (!found) throw unknownFlag(command, word.flag);
    const [name, option] = found;
    const value = readValue(command, option, word);
    values[name] = isMany(option) ? [...(values[name] as unknown[]), value] : value;
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
  option: Option | Switch,
  { flag, value: given, refused }: Extract<Word, { kind: 'flag' }>,
): unknown {
  if (!takesValue(option)) {
    if (given === null) return true;
    throw new UsageError(`${flag}: got the value '${given}'; it needs none. Write ${flag} alone.`);
  }
  const { type } = option;
  if (given === null) {
    const other = refused === undefined ? '' : `, or ${flag}=${refused} if that is the value`;
    throw new UsageError(
      `${flag}: got no value; it needs ${type.needs}. Write ${flag} ${option.value}${other}.`,
    );
  }
  const value = type.parse(given);
  if (value !== undefined) return value;
  const hint = didYouMean(given, type.choices ?? []);
  throw new UsageError(`${flag}: got '${given}'; it needs ${type.needs}.${hint || seeHelp(command)}`);
}

function unknownFlag(command: Command, flag: string): UsageError {
  const names = Object.entries(command.options).flatMap(([name, option]) =>
    takesValue(option) && option.alias !== undefined ? [name, option.alias] : [name],
  );
  const flags = ['--help', ...names.map((name) => `--${name}`)];
  const operand = flag.startsWith('--') ? '' : ` If it is not a flag, write -- before it.`;
  const hint = didYouMean(flag, flags) || `${seeHelp(command)}${operand}`;
  return new UsageError(`${command.name}: unknown flag ${flag}.${hint}`);
}

function checkOperands({ name, operands: { usage, min, max } }: Command, given: readonly string[]): void {
  if (given.length >= min && given.length <= max) return;
  const got = given.length === 0 ? 'nothing' : given.map((operand) => `'${operand}'`).join(' ');
  if (!usage) throw new UsageError(`${name}: got ${got}; it takes no operands. Write unrolled ${name}.`);
  // A usage that ends with an ellipsis needs no full stop.
  throw new UsageError(
    `${name}: got ${got}; it needs ${usage.replace(/([^.])$/, '$1.')}${seeHelp({ name })}`,
  );
}

function seeHelp({ name }: Pick<Command, 'name'>): string {
  return ` See unrolled ${name} --help.`;
}
