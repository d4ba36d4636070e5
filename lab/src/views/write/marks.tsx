import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { overlap } from '../../state/writing/overlap.ts';
import * as writing from '../../state/writing/writing.ts';
import { type Segment, segmentsOf, stillThere } from './segments.ts';

/** Lines that are drawn together. */
const BLOCK = 40;

type Line = readonly Segment[];

/** Some lines as they were drawn last: the same element again is not drawn anew. */
interface DrawnBlock {
  readonly contents: string;
  readonly element: VNode;
}

/** The text of the box behind it, with its marks. It gives the box its height. */
export function Marks() {
  const { text, written } = writing.draft.value;
  const found = overlap.value;
  const runs = found ? stillThere(found.runs, found.of, text) : [];
  const marks = useRef<HTMLDivElement>(null);
  const drawn = useRef<readonly DrawnBlock[]>([]);
  const isGenerating = writing.isGenerating.value;
  useLayoutEffect(() => {
    const editor = marks.current?.parentElement;
    if (isGenerating && editor) editor.scrollTop = editor.scrollHeight;
  }, [text, isGenerating]);
  const blocks = blocksOf(segmentsOf(text, written, runs));
  drawn.current = blocks.map((lines, i) => drawnBlock(lines, i, drawn.current[i]));
  return (
    <div class="marks" aria-hidden="true" ref={marks}>
      {drawn.current.map(({ element }) => element)}
    </div>
  );
}

function blocksOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const count = Math.ceil(lines.length / BLOCK);
  return Array.from({ length: count }, (_, i) => lines.slice(i * BLOCK, (i + 1) * BLOCK));
}

function drawnBlock(lines: readonly Line[], index: number, before: DrawnBlock | undefined): DrawnBlock {
  const contents = lines.map(contentsOf).join('\n');
  if (before?.contents === contents) return before;
  const element = (
    <div key={index}>
      {lines.map((line, i) => (
        <MarkedLine key={i} line={line} />
      ))}
    </div>
  );
  return { contents, element };
}

function contentsOf(line: Line): string {
  const marks = line.map(({ text, written, verbatim }) => `${Number(written)}${Number(verbatim)}${text}`);
  return marks.join('\0');
}

function MarkedLine({ line }: { readonly line: Line }) {
  return (
    <div>
      {line.map(({ text, written, verbatim }, i) => (
        <span key={i} class={`${written ? 'written' : ''}${verbatim ? ' verbatim' : ''}`}>
          {text}
        </span>
      ))}
      {/* An empty line has a height too. */ '\u200b'}
    </div>
  );
}
