import type { SourceText, StreamedText, TextStream } from '../training-data.ts';

export function isStreamed(text: SourceText | StreamedText): text is StreamedText {
  return 'chunks' in text;
}

/** One text; a file that doesn't end its last line gets a newline before the next one begins. */
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

/** The part of a text from a place up to another. */
export function partOf(text: TextStream, from: number, to: number): TextStream {
  return {
    length: to - from,
    async *chunks() {
      let at = 0;
      for await (const chunk of text.chunks()) {
        const part = chunk.slice(Math.max(0, from - at), Math.max(0, to - at));
        at += chunk.length;
        if (part !== '') yield part;
        // What is behind may be as much again; a text that is read to its end says whether it changed.
        if (at >= to && to < text.length) return;
      }
    },
  };
}

export async function readWhole(text: TextStream): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of text.chunks()) chunks.push(chunk);
  return chunks.join('');
}
