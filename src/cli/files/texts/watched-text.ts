import { byteSize } from '../../terminal/format.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { type ReadOptions, streamText } from './stream-texts.ts';

/** The text of files as `streamText` gives it; with `shown`, a live line says how far it has come. */
export async function* watchedText(
  paths: readonly string[],
  { shown, ...options }: ReadOptions & { readonly shown: boolean },
): AsyncGenerator<string, void> {
  const status = new StatusLine();
  let read = 0;
  const onBytes = (bytes: number) => {
    read += bytes;
  };
  try {
    for await (const chunk of streamText(paths, { ...options, onBytes })) {
      yield chunk;
      if (shown) status.show(`${byteSize(read)} read`);
    }
  } finally {
    status.clear();
  }
}
