import { type Option, type Options, type Switch, takesValue } from '../command.ts';

/** A word of the command line, or a flag with the word behind it. */
export type Word =
  | { readonly kind: 'operand'; readonly value: string }
  | {
      readonly kind: 'flag';
      /** As it is written, with its dashes. */
      readonly flag: string;
      readonly value: string | null;
      /** What stands behind a flag that needs a value, where that is a flag too. */
      readonly refused?: string;
    };

const HELP: readonly (string | undefined)[] = ['--help', '-h'];

/** Splits the words behind a command's name by its flags, known or not. What follows `--` are operands. */
export function splitWords(args: readonly string[], options: Options): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--') return [...words, ...args.slice(i + 1).map(operand)];
    if (arg === '-' || !(arg.startsWith('-') || isDressed(arg, options))) {
      words.push(operand(arg));
      continue;
    }
    const { flag, value } = splitAtEqual(arg);
    const option = optionNamed(flag, options)?.[1];
    if (value !== null || !option || !takesValue(option)) words.push({ kind: 'flag', flag, value });
    else
      words.push(
        isValue(args[i + 1], option, options) ? flagWith(flag, args[++i]) : flagBefore(flag, args[i + 1]),
      );
  }
  return words;
}

/** Whether `--help` or `-h` is among them, and neither a value nor an operand. */
export function asksForHelp(args: readonly string[], options: Options): boolean {
  const words = splitWords(args, options);
  return words.some((word) => word.kind === 'flag' && word.value === null && isHelp(word.flag));
}

/** Whether a word asks for help where it is a flag. */
export function isHelp(word: string | undefined): boolean {
  return word !== undefined && HELP.includes(word);
}

/** The option that a flag names, under the name in its table; undefined if there is none. */
export function optionNamed(
  flag: string,
  options: Options,
): readonly [name: string, option: Option | Switch] | undefined {
  const given = flag.startsWith('--') ? flag.slice(2) : null;
  return Object.entries(options).find(
    ([name, option]) => given === name || (takesValue(option) && given === option.alias),
  );
}

/** Word processors and web pages make one long dash of two short ones. */
function isDressed(arg: string, options: Options): boolean {
  const [, name] = /^[–—−]([^=]+)/.exec(arg) ?? [];
  return name !== undefined && optionNamed(`--${name}`, options) !== undefined;
}

function operand(value: string): Word {
  return { kind: 'operand', value };
}

function flagWith(flag: string, value: string): Word {
  return { kind: 'flag', flag, value };
}

function flagBefore(flag: string, refused: string | undefined): Word {
  return { kind: 'flag', flag, value: null, ...(refused !== undefined && { refused }) };
}

function splitAtEqual(arg: string): { flag: string; value: string | null } {
  const at = arg.indexOf('=');
  return at === -1 ? { flag: arg, value: null } : { flag: arg.slice(0, at), value: arg.slice(at + 1) };
}

/** Whatever it begins with, unless it is a flag of the command, or asks for help where it can't be the value. */
function isValue(next: string | undefined, option: Option, options: Options): next is string {
  if (next === undefined || optionNamed(splitAtEqual(next).flag, options)) return false;
  return !HELP.includes(next) || option.type.parse(next) !== undefined;
}
