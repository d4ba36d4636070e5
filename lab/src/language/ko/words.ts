import type { words as english } from '../en/words.ts';

/** The view Words. */
export const words: typeof english = { heading: 'Words' };
