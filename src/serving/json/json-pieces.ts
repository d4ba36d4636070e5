import { isPlainObject, LazyList, LazyText } from './lazy.ts';

/** Length of the parts in which texts are written, in UTF-16 units. */
const PART = 16_384;

/** The JSON of a value, as `JSON.stringify` writes it, in pieces of lazy lists and long texts. */
export function* jsonPieces(value: unknown): Generator<string> {
  if (!isLong(value)) yield JSON.stringify(value) ?? 'null';
  else if (typeof value === 'string') yield* textPieces([value]);
  else if (value instanceof LazyText) yield* textPieces(value.parts);
  else if (isPlainObject(value)) yield* objectPieces(value);
  else yield* listPieces(value as Iterable<unknown>);
}

/** Joins pieces to chunks of at least `length` UTF-16 units. */
export function* chunksOf(pieces: Iterable<string>, length: number): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < length) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Whether a value holds a lazy list or a long text, and is written in pieces. */
export function isLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > PART;
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof LazyList || value instanceof LazyText) return true;
  return (Array.isArray(value) || isPlainObject(value)) && Object.values(value).some(isLong);
}

function* objectPieces(object: object): Generator<string> {
  let separator = '{';
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    yield* jsonPieces(value);
    separator = ',';
  }
  yield '}';
}

function* listPieces(list: Iterable<unknown>): Generator<string> {
  let separator = '[';
  for (const element of list) {
    yield separator;
    yield* jsonPieces(element);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

function* textPieces(parts: Iterable<string>): Generator<string> {
  yield '"';
  let rest = '';
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PART) {
      const text = rest + part.slice(at, at + PART);
      // JSON escapes half of a surrogate pair, so pairs stay together.
      const end = text.length - ((text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? 1 : 0);
      rest = text.slice(end);
      yield escaped(text.slice(0, end));
    }
  }
  yield `${escaped(rest)}"`;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
