import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A grapheme whose beginning is further back is cut in two, so that no text makes this slow. */
const LONGEST_GRAPHEME = 64;

/** The columns that a text takes on a terminal: two of a wide character or an emoji, none of a combining mark. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Adds spaces up to a width, on the right or, with `'left'`, on the left. */
export function pad(text: string, to: number, side: 'left' | 'right' = 'right'): string {
  const spaces = ' '.repeat(Math.max(0, to - columnsOf(text)));
  return side === 'left' ? spaces + text : text + spaces;
}

/** At most `to` columns of a text, `…` for what is left out at its end. No grapheme is cut. */
export function clip(text: string, to: number): string {
  let [columns, kept] = [0, 0];
  for (const { segment, index } of segmenter.segment(text)) {
    columns += columnsOf(segment);
    if (columns > to) return `${text.slice(0, kept)}…`;
    if (columns < to) kept = index + segment.length;
  }
  return text;
}

/** The same, left out at its start. */
export function clipStart(text: string, to: number): string {
  let [columns, kept] = [0, text.length];
  for (const { segment, index } of [...segmenter.segment(text)].reverse()) {
    columns += columnsOf(segment);
    if (columns > to) return `…${text.slice(kept)}`;
    if (columns < to) kept = index;
  }
  return text;
}

/** Whether what follows a text begins a new grapheme: false for a combining mark, or the next part of an emoji. */
export function startsGrapheme(before: string, text: string): boolean {
  if (before === '' || /^[ -~\n]/.test(text)) return true;
  const end = before.slice(-LONGEST_GRAPHEME);
  return segmenter.segment(end + text).containing(end.length)?.index === end.length;
}

/** The grapheme with which a text begins. */
export function nextGrapheme(text: string): string {
  const [first] = segmenter.segment(text.slice(0, LONGEST_GRAPHEME));
  return first?.segment ?? '';
}

/** The grapheme with which a text ends. */
export function lastGrapheme(text: string): string {
  const end = text.slice(-LONGEST_GRAPHEME);
  return segmenter.segment(end).containing(end.length - 1)?.segment ?? '';
}
