import { splitAtTokens } from '../../../data/texts/token-boundaries.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { TextStream } from '../training-data.ts';

/** How a long text is monitored while it is read. */
export interface StreamReadOptions {
  /** Receives the share of the text that was read. */
  readonly onRead?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A text in pieces whose tokens, one piece after the other, are its own. Throws the signal's reason when it is aborted. */
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
