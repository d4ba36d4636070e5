import type { ReadingFacts } from '../../engine/reading/calls.ts';

/** The characters of the token that a step reads; of step −1, what stands before the text. White space is shown. */
export function tokenText(
  { text, starts, ends, startText }: Pick<ReadingFacts, 'text' | 'starts' | 'ends' | 'startText'>,
  step: number,
): string {
  const token = step < 0 ? startText : text.slice(starts[step], ends[step]);
  const shown = token.replace(/\n/g, '⏎').replace(/\t/g, '⇥').trim();
  return shown === '' ? '␣' : shown;
}
