import { printable } from '../style.ts';
import { clip, clipStart, columnsOf } from '../width.ts';
import type { Line } from './edit.ts';

const PROMPT = '› ';

/** Goes back to the beginning of the line and clears it with all beneath. */
export const CLEAR = '\r\x1b[J';

/**
 * What shows a line on one row of a terminal, a row of suggestions beneath, and the cursor where it is. It is written at the
 * line's row. Of a line that is too long the part around the cursor is shown; neither row ever wraps.
 *
 * @param below already printable, and styled. @param widthOf its columns
 */
export function frame(line: Line, below: string, columns: number): string {
  const room = Math.max(4, columns - 1 - columnsOf(PROMPT));
  const [before, after] = [line.text.slice(0, line.cursor), line.text.slice(line.cursor)].map(printable);
  const right = clip(after, Math.max(room - columnsOf(before), Math.floor(room / 3)));
  const left = clipStart(before, room - columnsOf(right));
  const at = columnsOf(PROMPT) + columnsOf(left);
  return `${CLEAR}${PROMPT}${left}${right}\r\n${below}\x1b[1A\r\x1b[${at}C`;
}
