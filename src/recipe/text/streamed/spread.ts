import { lastSpace } from '../../../data/texts/words.ts';
import type { TextStream } from '../training-data.ts';

/**
 * Evenly spaced parts of a text, at most `most` UTF-16 units in total; a shorter text is returned whole. Parts are trimmed to
 * white space at their ends, if they contain any.
 */
export async function* spread(
  text: TextStream,
  most: number,
  partLength: number,
): AsyncGenerator<string, void> {
  if (text.length <= most) {
    yield* text.chunks();
    return;
  }
  const parts = Math.floor(most / partLength);
  const startOf = (part: number) => Math.floor((part * (text.length - partLength)) / Math.max(1, parts - 1));
  let [part, at, held] = [0, 0, ''];
  for await (const chunk of text.chunks()) {
    const end = at + chunk.length;
    for (
      let from = Math.max(at, startOf(part));
      part < parts && from < end;
      from = Math.max(at, startOf(part))
    ) {
      held += chunk.slice(from - at, startOf(part) + partLength - at);
      if (startOf(part) + partLength > end) break;
      yield wholeWords(held, part > 0, part < parts - 1);
      [part, held] = [part + 1, ''];
    }
    at = end;
    if (part === parts) return;
  }
}

function wholeWords(text: string, before: boolean, behind: boolean): string {
  const start = before ? Math.max(0, text.search(/\s/)) : 0;
  const end = behind ? lastSpace(text) : -1;
  return end > start ? text.slice(start, end) : text;
}
