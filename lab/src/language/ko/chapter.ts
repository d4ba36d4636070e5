import type { chapter as english } from '../en/chapter.ts';

/** The view Chapter. */
export const chapter: typeof english = { heading: 'Chapter' };
