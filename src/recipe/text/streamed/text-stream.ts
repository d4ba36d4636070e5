import type { SourceText, StreamedText, TextStream } from '../training-data.ts';

/** Whether a text is streamed rather than in memory. */
export function isStreamed(text: SourceText | StreamedText): text is StreamedText {
  return 'chunks' in text;
}

/** Concatenates texts; a missing newline at the end of a file is added before the next one. */
export function joinStreams(files: readonly (SourceText | StreamedText)[]): TextStream {
  const streams = files.map(streamOf);
  const last = streams.length - 1;
  const isOpen = (i: number) => i < last && !streams[i].endsLine;
  return {
    length: streams.reduce((sum, { length }, i) => sum + length + (isOpen(i) ? 1 : 0), 0),
    async *chunks() {
      for (const [i, stream] of streams.entries()) {
        yield* stream.chunks();
        if (isOpen(i)) yield '\n';
      }
    },
  };
}

function streamOf(text: SourceText | StreamedText): TextStream & { readonly endsLine: boolean } {
  if (isStreamed(text)) return text;
  const { text: whole } = text;
  return {
    length: whole.length,
    endsLine: whole.endsWith('\n'),
    async *chunks() {
      yield whole;
    },
  };
}

/** The part of a text from one offset up to another, in UTF-16 units. */
export function partOf(text: TextStream, from: number, to: number): TextStream {
  return {
    length: to - from,
    async *chunks() {
      let at = 0;
      for await (const chunk of text.chunks()) {
        const part = chunk.slice(Math.max(0, from - at), Math.max(0, to - at));
        at += chunk.length;
        if (part !== '') yield part;
        // Skip the rest, but read a text whose end is needed completely, which verifies its hash.
        if (at >= to && to < text.length) return;
      }
    },
  };
}

/** Reads a text into a string. */
export async function readWhole(text: TextStream): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of text.chunks()) chunks.push(chunk);
  return chunks.join('');
}
