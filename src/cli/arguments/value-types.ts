/** How the text behind a flag becomes a value. */
export interface ValueType<T> {
  /** What it takes, in words that finish "it needs …". */
  readonly needs: string;
  /** undefined when the text is not what it needs. */
  parse(text: string): T | undefined;
  /** The words it takes, when there are only some. */
  readonly choices?: readonly string[];
}

const MAX_SEED = 2 ** 32 - 1;
/** A timer counts 31 bits of milliseconds, and goes off at once above that. */
const MAX_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

export const positiveInteger: ValueType<number> = {
  needs: 'a whole number from 1 on',
  parse: (text) => check(wholeNumber.parse(text), (number) => number >= 1),
};

export const severalNumber: ValueType<number> = {
  needs: 'a whole number from 2 on',
  parse: (text) => check(wholeNumber.parse(text), (number) => number >= 2),
};

export const wholeNumber: ValueType<number> = {
  needs: 'a whole number from 0 on',
  parse: (text) => (/^\d+$/.test(text) ? check(Number(text), Number.isSafeInteger) : undefined),
};

export const seedNumber: ValueType<number> = {
  needs: `a whole number from 0 to ${MAX_SEED}`,
  parse: (text) => check(wholeNumber.parse(text), (number) => number <= MAX_SEED),
};

export const positiveNumber: ValueType<number> = {
  needs: 'a number above 0',
  parse: (text) => check(decimal(text), (number) => number > 0),
};

export const timerSeconds: ValueType<number> = {
  needs: `a number above 0, and ${MAX_SECONDS} at most`,
  parse: (text) => check(positiveNumber.parse(text), (number) => number <= MAX_SECONDS),
};

export const number: ValueType<number> = { needs: 'a number', parse: decimal };

export const nonNegativeNumber: ValueType<number> = {
  needs: 'a number from 0 on',
  parse: (text) => check(decimal(text), (number) => number >= 0),
};

export const share: ValueType<number> = {
  needs: 'a number from 0 on, below 1',
  parse: (text) => check(nonNegativeNumber.parse(text), (number) => number < 1),
};

export const positiveShare: ValueType<number> = {
  needs: 'a number above 0, and 1 at most',
  parse: (text) => check(positiveNumber.parse(text), (number) => number <= 1),
};

export const zeroToOne: ValueType<number> = between(0, 1);

/** Text that is not empty. */
export const text: ValueType<string> = {
  needs: 'some text',
  parse: (given) => (given === '' ? undefined : given),
};

/** Text in which `\\n` is a newline, as a shell's quotes leave it. */
export const stopText: ValueType<string> = {
  needs: text.needs,
  parse: (given) => text.parse(given)?.replaceAll('\\n', '\n'),
};

export function choice<const T extends string>(choices: readonly T[]): ValueType<T> {
  return {
    needs: choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`,
    choices,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

/** Both ends are taken too. */
export function between(from: number, to: number): ValueType<number> {
  return {
    needs: `a number from ${from} to ${to}`,
    parse: (text) => check(decimal(text), (number) => number >= from && number <= to),
  };
}

/** `type`, or `word` for null. */
export function orNull<T>(type: ValueType<T>, word: string): ValueType<T | null> {
  return {
    needs: `${type.needs}, or ${word}`,
    parse: (text) => (text === word ? null : type.parse(text)),
  };
}

function decimal(text: string): number | undefined {
  const written = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return written ? check(Number(text), Number.isFinite) : undefined;
}

function check(number: number | undefined, holds: (number: number) => boolean): number | undefined {
  return number !== undefined && holds(number) ? number : undefined;
}
