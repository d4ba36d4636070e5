import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Longer graphemes are split, to bound the time, in UTF-16 units. */
const LONGEST_GRAPHEME = 64;

/** The width of a text on a terminal, in columns: two for a wide character or an emoji, none for a combining mark. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Pads a text to a width with spaces, on the right or, with `'left'`, on the left. */
export function pad(text: string, to: number, side: 'left' | 'right' = 'right'): string {
  const spaces = ' '.repeat(Math.max(0, to - columnsOf(text)));
  return side === 'left' ? spaces + text : text + spaces;
}

/** Truncates a text at the end to at most `to` columns, with `…`. Graphemes stay whole. */
export function clip(text: string, to: number): string {
  let [columns, kept] = [0, 0];
  for (const { segment, index } of segmenter.segment(text)) {
    columns += columnsOf(segment);
    if (columns > to) return `${text.slice(0, kept)}…`;
    if (columns < to) kept = index + segment.length;
  }
  return text;
}

/** Truncates a text at the start to at most `to` columns, with `…`. Graphemes stay whole. */
export function clipStart(text: string, to: number): string {
  let [columns, kept] = [0, text.length];
  for (const { segment, index } of [...segmenter.segment(text)].reverse()) {
    columns += columnsOf(segment);
    if (columns > to) return `…${text.slice(kept)}`;
    if (columns < to) kept = index;
  }
  return text;
}

/** Whether `text`, after `before`, begins a new grapheme: false for a combining mark or the next part of an emoji. */
export function startsGrapheme(before: string, text: string): boolean {
  if (before === '' || /^[ -~\n]/.test(text)) return true;
  const end = before.slice(-LONGEST_GRAPHEME);
  return segmenter.segment(end + text).containing(end.length)?.index === end.length;
}

/** The first grapheme of a text. */
export function nextGrapheme(text: string): string {
  const [first] = segmenter.segment(text.slice(0, LONGEST_GRAPHEME));
  return first?.segment ?? '';
}

/** The last grapheme of a text. */
export function lastGrapheme(text: string): string {
  const end = text.slice(-LONGEST_GRAPHEME);
  return segmenter.segment(end).containing(end.length - 1)?.segment ?? '';
}
