import * as kinds from '../../kinds.ts';

/** How to parse the value of a flag. */
export interface ValueType<T> {
  /** What it accepts; completes "it needs …". */
  readonly needs: string;
  /** The value, or undefined if the text is invalid. */
  parse(text: string): T | undefined;
  /** The values to list in the help and to suggest, if there are only a few. */
  readonly choices?: readonly string[];
}

/** Parses the values of a kind. */
export function valueType<T>(kind: kinds.Kind<T>): ValueType<T> {
  const { needs, choices } = kind;
  return { needs, ...(choices && { choices }), parse: (text) => kinds.fromText(kind, text) };
}

/** A timer takes at most 2³¹ − 1 milliseconds and fires at once above that. */
const MAX_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

export const positiveInteger: ValueType<number> = valueType(kinds.positiveInteger);
export const nonNegativeInteger: ValueType<number> = valueType(kinds.count);
export const seedNumber: ValueType<number> = valueType(kinds.seed);
export const positiveNumber: ValueType<number> = valueType(kinds.positive);
export const timerSeconds: ValueType<number> = valueType(kinds.real({ above: 0, to: MAX_SECONDS }));
export const number: ValueType<number> = valueType(kinds.real());
export const nonNegativeNumber: ValueType<number> = valueType(kinds.notNegative);
export const rate: ValueType<number> = valueType(kinds.rate);
export const fraction: ValueType<number> = valueType(kinds.fraction);
export const zeroToOne: ValueType<number> = between(0, 1);
export const text: ValueType<string> = valueType(kinds.text);

/** Text in which `\\n` stands for a newline. */
export const stopText: ValueType<string> = {
  needs: text.needs,
  parse: (given) => text.parse(given)?.replaceAll('\\n', '\n'),
};

/** An output that is replaced atomically, so it must be a file. */
export const outputFile: ValueType<string> = fileOnly('a file name, not standard output');
export const logFile: ValueType<string> = fileOnly('a file name; --json prints the same lines');

function fileOnly(needs: string): ValueType<string> {
  return { needs, parse: (given) => (given === '-' ? undefined : text.parse(given)) };
}

export function choice<const T extends string>(choices: readonly T[]): ValueType<T> {
  return valueType(kinds.choice(choices));
}

/** A number from `from` to `to`, both included. */
export function between(from: number, to: number): ValueType<number> {
  return valueType(kinds.real({ from, to }));
}

/** `type`, or `word` for null. */
export function orNull<T>(type: ValueType<T>, word: string): ValueType<T | null> {
  return {
    needs: `${type.needs}, or ${word}`,
    parse: (text) => (text === word ? null : type.parse(text)),
  };
}
