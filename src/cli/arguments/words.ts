import { type Option, type Options, type Switch, takesValue } from '../command.ts';

/** An operand, or a flag with its value. */
export type Word =
  | { readonly kind: 'operand'; readonly value: string }
  | {
      readonly kind: 'flag';
      /** As it is written, with its dashes. */
      readonly flag: string;
      readonly value: string | null;
      /** The word after a flag that lacks a value, if that word is a flag too. */
      readonly refused?: string;
    };

const HELP: readonly (string | undefined)[] = ['--help', '-h'];

/** Splits the words after a command's name into operands and flags, known or unknown. All words after `--` are operands. */
export function splitWords(args: readonly string[], options: Options): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--') return [...words, ...args.slice(i + 1).map(operand)];
    if (arg === '-' || !(arg.startsWith('-') || hasLongDash(arg, options))) {
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

/** Whether the words include the flag `--help` or `-h`; a value or operand of that spelling doesn't count. */
export function asksForHelp(args: readonly string[], options: Options): boolean {
  const words = splitWords(args, options);
  return words.some((word) => word.kind === 'flag' && word.value === null && isHelp(word.flag));
}

/** Whether a word is `--help` or `-h`. */
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

/** Whether it is a flag with a typographic dash, into which word processors and web pages turn `--`. */
function hasLongDash(arg: string, options: Options): boolean {
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

/** Whether the next word is the value of an option: any word but a flag of the command, or a request for help that is no valid value. */
function isValue(next: string | undefined, option: Option, options: Options): next is string {
  if (next === undefined || optionNamed(splitAtEqual(next).flag, options)) return false;
  return !HELP.includes(next) || option.type.parse(next) !== undefined;
}
