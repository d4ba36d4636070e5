import { splitAtTokens } from '../../../data/texts/token-boundaries.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { TextStream } from '../training-data.ts';

/** Progress and cancellation while a streamed text is read. */
export interface StreamReadOptions {
  /** Receives the fraction of the text that was read, from 0 to 1. */
  readonly onRead?: ((share: number) => void) | undefined;
  /** Aborts the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Splits a text into chunks at token boundaries, so that they can be tokenised separately. Throws the signal's reason when it is aborted. */
export async function* piecesOf(
  text: TextStream,
  tokenizer: Pick<Tokenizer, 'partial' | 'prefixSpace'>,
  reading: StreamReadOptions,
): AsyncGenerator<string, void> {
  yield* splitAtTokens(monitored(text, reading), tokenizer);
  reading.onRead?.(1);
}

async function* monitored(
  text: TextStream,
  { onRead, signal }: StreamReadOptions,
): AsyncGenerator<string, void> {
  let read = 0;
  for await (const chunk of text.chunks()) {
    signal?.throwIfAborted();
    yield chunk;
    read += chunk.length;
    onRead?.(Math.min(0.99, read / text.length));
  }
}
