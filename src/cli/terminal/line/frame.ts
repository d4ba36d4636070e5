import { printable } from '../../../data/texts/printable.ts';
import { clip, clipStart, columnsOf } from '../width.ts';
import type { Line } from './edit.ts';

const PROMPT = '› ';

/** Moves to the start of the line and clears it and everything below. */
export const CLEAR = '\r\x1b[J';

/**
 * The output that draws the line, a row of suggestions below it, and the cursor. It must be printed on the row of the line. Of a
 * long line, the part around the cursor is shown; neither row wraps.
 *
 * @param below the row of suggestions, escaped and styled. @param columns width of the terminal
 */
export function frame(line: Line, below: string, columns: number): string {
  const width = Math.max(4, columns - 1 - columnsOf(PROMPT));
  const [before, after] = [line.text.slice(0, line.cursor), line.text.slice(line.cursor)].map(printable);
  const right = clip(after, Math.max(width - columnsOf(before), Math.floor(width / 3)));
  const left = clipStart(before, width - columnsOf(right));
  const at = columnsOf(PROMPT) + columnsOf(left);
  return `${CLEAR}${PROMPT}${left}${right}\r\n${below}\x1b[1A\r\x1b[${at}C`;
}
