import type { read as english } from '../en/read.ts';

/** The view Read. */
export const read: typeof english = { heading: 'Read' };
