import { byteSize } from '../../terminal/format.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { type ReadOptions, streamText, streamTexts } from './stream-texts.ts';

/** The text of each file, followed by null. */
async function* separateTexts(
  paths: readonly string[],
  options: ReadOptions,
): AsyncGenerator<string | null, void> {
  for await (const { text, end } of streamTexts(paths, options)) {
    if (text !== '') yield text;
    if (end !== null) yield null;
  }
}

/** Reads files as `streamText` does. With `apart`, null follows each file; with `shown`, a status line shows the progress. */
export async function* textWithProgress(
  paths: readonly string[],
  { shown, apart = false, ...options }: ReadOptions & { readonly shown: boolean; readonly apart?: boolean },
): AsyncGenerator<string | null, void> {
  const status = new StatusLine();
  let read = 0;
  const onBytes = (bytes: number) => {
    read += bytes;
  };
  try {
    const reading = { ...options, onBytes };
    for await (const chunk of apart ? separateTexts(paths, reading) : streamText(paths, reading)) {
      yield chunk;
      if (shown) status.show(`${byteSize(read)} read`);
    }
  } finally {
    status.clear();
  }
}
