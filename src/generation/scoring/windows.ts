import { wrongKind } from '../../kinds.ts';

/** Amount of text scored at a time, in UTF-16 units: enough to batch lines of similar length. */
const WINDOW = 2 ** 16;

/** A text as a string or chunks; asynchronous chunks may contain several texts, each followed by null. */
export type Chunks = string | Iterable<string> | AsyncIterable<string | null>;

/** Splits a text into windows of at most WINDOW units, without waiting for more asynchronous chunks. null marks the end of a text. */
export async function* windowsOf(text: Chunks): AsyncGenerator<string | null, void> {
  checkChunks(text);
  if (typeof text === 'string') yield* pooled([text]);
  else if (Symbol.asyncIterator in text) {
    for await (const chunk of text) {
      if (chunk === null) yield null;
      else yield* pooled([chunk]);
    }
  } else yield* pooled(text);
}

function checkChunks(text: unknown): void {
  const { [Symbol.iterator]: each, [Symbol.asyncIterator]: eachLater } = Object(text);
  const areBytes = ArrayBuffer.isView(text);
  if (!areBytes && (typeof each === 'function' || typeof eachLater === 'function')) return;
  const advice = 'Pass the text; for bytes, new TextDecoder().decode(bytes).';
  throw wrongKind('score', 'the text', text, 'a string, or an iterable of strings', advice);
}

function* pooled(texts: Iterable<string>): Generator<string, void> {
  let pool = '';
  for (const text of texts) {
    pool += text;
    let start = 0;
    for (; pool.length - start >= WINDOW; start += WINDOW) yield pool.slice(start, start + WINDOW);
    pool = pool.slice(start);
  }
  if (pool !== '') yield pool;
}
