import { steps } from './chapter-steps.ts';

/** The view Chapter: its frame. The steps stand in a file of their own. */
export const chapter = {
  heading: 'Chapter',
  lead: 'Twelve steps from one loop to a language model. Every number is computed by the library’s layers while you look.',
  list: 'Steps of the tour',
  keys: 'The arrow keys ← and → go from step to step.',
  previous: 'Previous step',
  next: 'Next step',
  position: (n: number, of: number) => `Step ${n} of ${of}`,
  doThis: 'Try it:',
  computing: 'The engine computes this step …',
  source: 'Source',
  figures: (list: readonly string[]) =>
    `${list.length === 1 ? 'Figure' : 'Figures'} ${list.join(', ')} of the chapter`,
  steps,
};
