import type { TextStream } from '../training-data.ts';

/**
 * Parts of a text, `most` UTF-16 units together at most, evenly spread over it: all of a shorter one. Each but the first begins
 * behind white space, and each but the last ends before some, where it has any.
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
  const end = behind ? text.search(/\s\S*$/) : -1;
  return end > start ? text.slice(start, end) : text;
}
