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
  return JSON.parse(marked, (name, read) => {
    return typeof read === 'string' && read.startsWith(mark) ? exact(name, read.slice(mark.length)) : read;
  });
}

function isExact(source: string): boolean {
  const value = Number(source);
  return /^-?\d+$/.test(source) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function exact(name: string, source: string): bigint {
  if (/^-?\d+$/.test(source) && source.length <= MAX_DIGITS) return BigInt(source);
  const shown = source.length > MAX_DIGITS ? `${source.slice(0, MAX_DIGITS)}…` : source;
  throw badRequest(
    `${JSON.stringify(name)} is ${shown}; numbers must be below 1.8e308. Send a smaller one.`,
    name,
  );
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
