import { UnrolledError } from '../errors.ts';

/**
 * Splits the last `fraction` of a text off for validation: `[train, valid]`.
 *
 * The cut is moved to the nearest end of a line, so that the newline stays with `train`; where none
 * is nearer than the requested length of the tail, to the nearest whitespace. So `valid` is less than
 * twice as long as requested. Throws UnrolledError when `fraction` is not between 0 and 1, when there
 * is no place to cut, and when one side would be blank.
 */
export function splitText(text: string, fraction: number): [train: string, valid: string] {
  if (!(fraction > 0 && fraction < 1)) {
    throw new UnrolledError(
      'option-value',
      `splitText: the fraction is ${fraction}; it must lie between 0 and 1. Give 0.1 for the last tenth.`,
    );
  }
  const tail = Math.round(text.length * fraction);
  const middle = text.length - tail;
  const cut = nearestEnd(text, /\n/, middle, tail) ?? nearestEnd(text, /\s/, middle, tail) ?? 0;
  const train = text.slice(0, cut);
  const valid = text.slice(cut);
  if (isBlank(train) || isBlank(valid)) {
    throw new UnrolledError(
      'text-short',
      `splitText: ${text.length} characters can't be split at a line break or a space with ${fraction} of them ` +
        'at the end; both parts need text. Use a longer text, another fraction, or a validation text of its own.',
    );
  }
  return [train, valid];
}

/** The place just behind the `mark` that is nearest to `middle`, and nearer than `reach`; of two the earlier. */
function nearestEnd(text: string, mark: RegExp, middle: number, reach: number): number | undefined {
  for (let distance = 0; distance < reach; distance++) {
    for (const end of [middle - distance, middle + distance]) {
      if (mark.test(text.charAt(end - 1))) return end;
    }
  }
  return undefined;
}

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
