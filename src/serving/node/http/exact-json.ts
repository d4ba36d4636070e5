import { randomUUID } from 'node:crypto';
import { badRequest } from '../../api-error.ts';

const NUMBER = /-?\d+(\.\d+)?(e[+-]?\d+)?/gi;
/** What a text contains if one of its numbers may be too long for `JSON.parse`, in digits or in its exponent. */
const LONG = /\d{16}|e\+?\d{3}/i;
/** Digits of an integer that any field may need. */
const MAX_DIGITS = 40;

/**
 * `JSON.parse`, except that an integer that a number can't hold exactly becomes a bigint.
 * @throws ApiError for a number that is out of range, SyntaxError for other text
 */
export function parseExactly(json: string): unknown {
  const value = JSON.parse(json);
  if (!LONG.test(json)) return value;
  // Such numbers become strings that no client can have sent.
  const mark = randomUUID();
  const marked = markedNumbers(json, (source) => (isExact(source) ? source : `"${mark}${source}"`));
  return JSON.parse(marked, function (this: unknown, name, read) {
    const isMarked = typeof read === 'string' && read.startsWith(mark);
    return isMarked ? exact(Array.isArray(this) ? undefined : name, read.slice(mark.length)) : read;
  });
}

function isExact(source: string): boolean {
  const value = Number(source);
  return /^-?\d+$/.test(source) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** @param name the field; undefined in a list */
function exact(name: string | undefined, source: string): bigint {
  const isInteger = /^-?\d+$/.test(source);
  if (isInteger && source.length <= MAX_DIGITS) return BigInt(source);
  const shown = source.length > MAX_DIGITS ? `${source.slice(0, MAX_DIGITS)}…` : source;
  const where = name === undefined ? 'A number in a list' : JSON.stringify(name);
  const needs = isInteger ? `at most ${MAX_DIGITS} digits` : 'a number between -1.8e308 and 1.8e308';
  throw badRequest(`${where} is ${shown}; it needs ${needs}. Send another one.`, name);
}

/** Valid JSON with each number replaced; strings are kept. */
function markedNumbers(json: string, replace: (source: string) => string): string {
  let out = '';
  for (let start = 0; start < json.length; ) {
    const quote = json.indexOf('"', start);
    const open = quote < 0 ? json.length : quote;
    out += json.slice(start, open).replace(NUMBER, replace);
    start = endOfString(json, open);
    out += json.slice(open, start);
  }
  return out;
}

/** The index after a string that begins at `open`. */
function endOfString(json: string, open: number): number {
  let i = open + 1;
  for (; i < json.length && json[i] !== '"'; i++) if (json[i] === '\\') i++;
  return i + 1;
}
