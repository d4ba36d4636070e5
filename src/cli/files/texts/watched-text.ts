import { byteSize } from '../../terminal/format.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { streamText } from './stream-text.ts';

/** The text of a file as `streamText` gives it; with `shown`, a live line says how far it has come. */
export async function* watchedText(
  path: string,
  signal: AbortSignal,
  shown: boolean,
): AsyncGenerator<string, void> {
  const status = new StatusLine();
  let read = 0;
  try {
    for await (const chunk of streamText(path, signal)) {
      yield chunk;
      read += Buffer.byteLength(chunk);
      if (shown) status.show(`${byteSize(read)} read`);
    }
  } finally {
    status.clear();
  }
}
