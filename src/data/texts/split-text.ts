import { UnrolledError } from '../../errors.ts';
import { described } from '../../kinds.ts';
import { checkText } from '../text-codec.ts';
import { isSpace } from './words.ts';

/**
 * Splits off the last `fraction` of a text for validation: `[train, valid]`.
 *
 * The split is at the nearest line end, whose newline stays with `train`. If none is nearer than the requested
 * length of `valid`, it is at the nearest white space. So `valid` is less than twice as long as requested.
 * @param fraction the fraction of the text for `valid`, above 0 and below 1
 * @param anywhere whether a text with neither may be split between any two characters. Default false
 * @throws {UnrolledError} code `option-value` for another fraction, `text-short` if there is no
 * position to split, or one part would be blank
 */
export function splitText(
  text: string,
  fraction: number,
  anywhere: boolean = false,
): [train: string, valid: string] {
  checkText('splitText', text);
  if (!(fraction > 0 && fraction < 1)) {
    throw new UnrolledError(
      'option-value',
      `splitText: the fraction is ${described(fraction)}; it must be between 0 and 1. Use 0.1 for the last tenth.`,
    );
  }
  const tail = Math.round(text.length * fraction);
  const middle = text.length - tail;
  const cut = splitPosition(text, middle, tail, anywhere);
  const train = text.slice(0, cut);
  const valid = text.slice(cut);
  if (isBlank(train) || isBlank(valid)) {
    const place = anywhere ? '' : ', split at a line break or a space';
    const advice =
      anywhere || /\s/.test(text.trim()) ? '' : ' A text without spaces needs tokens of characters or bytes.';
    throw new UnrolledError(
      'text-short',
      `splitText: can't hold out the last ${fraction} of ${text.length} characters${place}; ` +
        'both parts need text. Use a longer text, another fraction, or a separate validation text.' +
        advice,
    );
  }
  return [train, valid];
}

/** The split position nearest to `middle`, nearer than `reach`; 0 if there is none. */
export function splitPosition(text: string, middle: number, reach: number, anywhere: boolean): number {
  return (
    nearestLineEnd(text, middle, reach) ??
    nearestSpace(text, middle, reach) ??
    (anywhere ? betweenCharacters(text, middle) : 0)
  );
}

/** The position after the newline nearest to `middle` and nearer than `reach`; ties go to the earlier one. */
function nearestLineEnd(text: string, middle: number, reach: number): number | undefined {
  const before = middle === 0 ? 0 : text.lastIndexOf('\n', middle - 1) + 1;
  const behind = text.indexOf('\n', middle) + 1;
  const [back, on] = [before === 0 ? reach : middle - before, behind === 0 ? reach : behind - middle];
  if (Math.min(back, on) >= reach) return undefined;
  return back <= on ? before : behind;
}

/** The same for any white space. */
function nearestSpace(text: string, middle: number, reach: number): number | undefined {
  for (let distance = 0; distance < reach; distance++) {
    for (const end of [middle - distance, middle + distance]) {
      if (isSpace(text.charCodeAt(end - 1))) return end;
    }
  }
  return undefined;
}

/** `at`, or the position before it if that would split a surrogate pair. */
function betweenCharacters(text: string, at: number): number {
  const isPair = at > 0 && (text.codePointAt(at - 1) as number) > 0xffff;
  return isPair ? at - 1 : at;
}

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
