import type { VerbatimRun, WrittenToken } from '../../engine/writing/calls.ts';

/** A part of a line with the same marks. */
export interface Segment {
  readonly text: string;
  /** Whether the model wrote it, and whether it stands in the training text. */
  readonly written: boolean;
  readonly verbatim: boolean;
}

type Range = { readonly start: number; readonly end: number };

/** Ranges in order of their start, joined where they touch. */
function joined(ranges: readonly Range[]): Range[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of ranges) {
    const last = all.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) all.push({ start, end });
  }
  return all;
}

/** Cuts a text into lines, and these where a mark begins or ends. */
export function segmentsOf(
  text: string,
  written: readonly WrittenToken[],
  runs: readonly VerbatimRun[],
): readonly (readonly Segment[])[] {
  const [byModel, verbatim] = [joined(written), joined(runs)];
  const [inModel, inRun] = [cursor(byModel), cursor(verbatim)];
  const cuts = [...new Set([...byModel, ...verbatim].flatMap(({ start, end }) => [start, end]))]
    .filter((at) => at < text.length)
    .sort((a, b) => a - b);
  const lines: Segment[][] = [[]];
  let at = 0;
  for (const cut of [...cuts, text.length]) {
    const marks = { written: inModel(at), verbatim: inRun(at) };
    for (const [i, part] of text.slice(at, cut).split('\n').entries()) {
      if (i > 0) lines.push([]);
      if (part !== '') lines[lines.length - 1].push({ text: part, ...marks });
    }
    at = cut;
  }
  return lines;
}

/** Whether a position is within one of the ranges; positions must be asked for in ascending order. */
function cursor(ranges: readonly Range[]): (at: number) => boolean {
  let next = 0;
  return (at) => {
    while (next < ranges.length && ranges[next].end <= at) next++;
    return next < ranges.length && ranges[next].start <= at;
  };
}

/** The runs that still stand in the text, after it was changed since they were found. */
export function stillThere(runs: readonly VerbatimRun[], of: string, text: string): readonly VerbatimRun[] {
  if (of === text) return runs;
  return runs.filter(({ start, end }) => text.slice(start, end) === of.slice(start, end));
}
