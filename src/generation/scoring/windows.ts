import { wrongKind } from '../../kinds.ts';

/** How much text is scored at a time, in UTF-16 units: enough to put lines of a length side by side. */
const WINDOW = 2 ** 16;

/** A text, or several one after the other with null behind each: items don't continue from one to the next. */
export type Chunks = string | Iterable<string> | AsyncIterable<string | null>;

/** A text in parts of WINDOW units at most; of asynchronous chunks, each is at once what it is. null: a text ends, another may follow. */
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
  const advice = 'Give the text; of bytes, new TextDecoder().decode(bytes).';
  throw wrongKind('score', 'the text', text, 'a string, or strings that come one after the other', advice);
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
