import { UnrolledError } from './errors.ts';

/**
 * The values that a setting accepts, wherever they come from: a flag, a recipe file, an HTTP body or an option of the library.
 * Checks, error messages and help share one kind.
 */
export interface Kind<T = unknown> {
  /** How to parse it from text. */
  readonly form: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  /** Completes "it needs …" and "it must be …". */
  readonly needs: string;
  /** The limits of a number. */
  readonly range?: Range;
  /** All values, if they can be listed. */
  readonly choices?: readonly string[];
  /** The word for null, if null is accepted. */
  readonly nullWord?: string;
  accepts(value: unknown): value is T;
}

/** The limits of a number; none where a member is missing. */
export interface Range {
  /** Inclusive minimum. */
  readonly from?: number;
  /** Exclusive minimum. */
  readonly above?: number;
  /** Inclusive maximum. */
  readonly to?: number;
  /** Exclusive maximum. */
  readonly below?: number;
}

export function integer({
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
}: Pick<Range, 'from' | 'to'> = {}): Kind<number> {
  const end = to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`;
  const needs =
    end === '' && from === 1
      ? 'a positive integer'
      : `an integer ${end === '' ? `of at least ${from}` : `from ${from}${end}`}`;
  return {
    form: 'integer',
    needs,
    range: { from, to },
    accepts: (value): value is number =>
      Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to,
  };
}

export function real(range: Range = {}): Kind<number> {
  const { from, above, to, below } = range;
  return {
    form: 'number',
    needs: wordsOf(range),
    range,
    accepts: (value): value is number =>
      typeof value === 'number' &&
      Number.isFinite(value) &&
      value >= (from ?? Number.NEGATIVE_INFINITY) &&
      value <= (to ?? Number.POSITIVE_INFINITY) &&
      value > (above ?? Number.NEGATIVE_INFINITY) &&
      value < (below ?? Number.POSITIVE_INFINITY),
  };
}

function wordsOf({ from, above, to, below }: Range): string {
  const end = [
    ...(to === undefined ? [] : [`at most ${to}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  if (from === 0 && end.length === 0) return '0 or a positive number';
  if (above === 0 && end.length === 0) return 'a positive number';
  if (from !== undefined && to !== undefined) return `a number from ${from} to ${to}`;
  if (from !== undefined && below !== undefined) return `a number from ${from} to below ${below}`;
  const start = [
    ...(from === undefined ? [] : [`at least ${from}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
  ];
  return ['a number', [...start, ...end].join(' and ')].join(' ').trim();
}

export const positiveInteger: Kind<number> = integer({ from: 1 });
export const count: Kind<number> = integer();
export const seed: Kind<number> = integer({ from: 0, to: 2 ** 32 - 1 });
export const positive: Kind<number> = real({ above: 0 });
export const notNegative: Kind<number> = real({ from: 0 });
/** A probability or rate from 0 to below 1, such as dropout or momentum. */
export const rate: Kind<number> = real({ from: 0, below: 1 });
/** A fraction above 0 and up to 1, such as top-p. */
export const fraction: Kind<number> = real({ above: 0, to: 1 });

export const flag: Kind<boolean> = {
  form: 'boolean',
  needs: 'true or false',
  accepts: (value): value is boolean => typeof value === 'boolean',
};

/** A string that is not empty. */
export const text: Kind<string> = {
  form: 'text',
  needs: 'text',
  accepts: (value): value is string => typeof value === 'string' && value !== '',
};

export function choice<const T extends string>(choices: readonly T[]): Kind<T> {
  return {
    form: 'choice',
    needs: choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`,
    choices,
    accepts: (value): value is T => choices.some((one) => one === value),
  };
}

/** The same kind, or null, which is written as `word` in text. */
export function orNull<T>(kind: Kind<T>, word: string): Kind<T | null> {
  return {
    ...kind,
    needs: `${kind.needs}, or ${word}`,
    nullWord: word,
    accepts: (value): value is T | null => value === null || kind.accepts(value),
  };
}

/** The value of a kind that a text spells, such as that of a flag or a form field; undefined for any other text. */
export function fromText<T>(kind: Kind<T>, text: string): T | undefined {
  const { form, nullWord } = kind;
  const value = nullWord !== undefined && text === nullWord ? null : readers[form](text);
  return kind.accepts(value) ? value : undefined;
}

/** How to read a text of each form. */
const readers: Readonly<Record<Kind['form'], (text: string) => unknown>> = {
  integer: (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
  number: (text) => (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  choice: (text) => text,
  text: (text) => text,
};

type Numbers = Readonly<Record<string, number>>;

/** Throws `SGD: lr is 0; it must be a positive number, for example 0.1.` */
export function checkPositive(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, positive, example);
}

export function checkNotNegative(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, notNegative, example);
}

/** Throws unless each number is from 0 to below 1, such as a decay rate. */
export function checkRate(where: string, numbers: Numbers, example: number): void {
  check(where, numbers, rate, example);
}

export function checkCount(where: string, numbers: Numbers, least: number): void {
  check(where, numbers, integer({ from: least }));
}

function check(where: string, numbers: Numbers, kind: Kind, example?: number): void {
  const advice = example === undefined ? '' : `, for example ${example}`;
  for (const [name, value] of Object.entries(numbers)) checkValue(where, name, value, kind, advice);
}

/** Throws `where: name is "x"; it must be a positive integer.` for a value that the kind doesn't accept. */
export function checkValue(where: string, name: string, value: unknown, kind: Kind, advice = ''): void {
  if (kind.accepts(value)) return;
  throw new UnrolledError(
    'option-value',
    `${where}: ${name} is ${shown(value)}; it must be ${kind.needs}${advice}.`,
  );
}

const LONGEST_SHOWN = 80;

/** A value as error messages show it. NaN and infinity are spelled out; of a large object, only its type is shown. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? described(value) : String(value);
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  try {
    const json = isPlain ? JSON.stringify(value) : '';
    if (json !== '' && json.length <= LONGEST_SHOWN) return json;
  } catch {
    // A circular object, or a value that JSON can't express.
  }
  return described(value);
}

/** The type of a value for error messages: `null`, `a Promise`, `an Int32Array`, `a string`. */
export function described(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  // The tag also recognises objects of another window, such as its Promise.
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = tag === 'Object' ? value.constructor?.name || tag : tag;
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Throws unless a value is a plain object: not null, an array, a Promise or a string. */
export function checkObject(where: string, what: string, value: unknown, advice: string): void {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isPlain && typeof Object(value).then !== 'function') return;
  throw wrongKind(where, what, value, 'an object', advice);
}

/** Returns the options, or throws if they are not an object. */
export function optionsOf<T>(where: string, options: T, advice = 'Leave them out, or pass an object.'): T {
  checkObject(where, 'the options', options, advice);
  return options;
}

/** Throws unless a value is a function. */
export function checkFunction(
  where: string,
  what: string,
  value: unknown,
  advice = 'Pass one, or leave it out.',
): void {
  if (typeof value !== 'function') throw wrongKind(where, what, value, 'a function', advice);
}

/** Throws unless a value is an AbortSignal. */
export function checkSignal(where: string, value: unknown): void {
  if (typeof Object(value).throwIfAborted === 'function') return;
  throw wrongKind(where, 'signal', value, 'an AbortSignal', 'Pass controller.signal, or leave it out.');
}

/** Throws unless a value is an array or a typed array. */
export function checkNumbers(where: string, what: string, value: unknown): void {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (!isList) throw wrongKind(where, what, value, 'a list of numbers', 'Pass a typed array.');
}

/** The error for a value of the wrong type: `train: the model is a Promise; it must be a RecurrentLM. Await it.` */
export function wrongKind(
  where: string,
  what: string,
  value: unknown,
  needs: string,
  advice: string,
): UnrolledError {
  const isPromise = typeof Object(value).then === 'function';
  return new UnrolledError(
    'option-value',
    `${where}: ${what} is ${described(value)}; it must be ${needs}. ${isPromise ? 'Await it.' : advice}`,
  );
}
