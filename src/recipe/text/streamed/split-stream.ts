import { splitPosition } from '../../../data/texts/split-text.ts';
import { UnrolledError } from '../../../errors.ts';
import type { TextStream } from '../training-data.ts';
import { partOf, readWhole } from './text-stream.ts';

/** How far around the intended split point to search for a line end or space, in UTF-16 units. */
const REACH = 2 ** 20;

/**
 * Splits off the last `fraction` of a text for validation, as `splitText` does. Throws UnrolledError when there is no place
 * to split.
 * @param anywhere whether the text may be split between any two characters
 */
export async function splitStream(
  text: TextStream,
  fraction: number,
  anywhere: boolean,
): Promise<[train: TextStream, valid: TextStream]> {
  const tail = Math.round(text.length * fraction);
  const middle = text.length - tail;
  const start = Math.max(0, middle - REACH);
  const around = await readWhole(partOf(text, start, Math.min(text.length, middle + REACH)));
  const place = splitPosition(around, middle - start, Math.min(tail, REACH), anywhere);
  if (place === 0) {
    throw new UnrolledError(
      'text-short',
      `splitText: the last ${fraction} of the text can't be split off: there is no line break or space nearby. ` +
        'Use tokens of characters, bytes or pieces, or pass a validation text.',
    );
  }
  return [partOf(text, 0, start + place), partOf(text, start + place, text.length)];
}
