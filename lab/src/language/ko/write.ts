import type { write as english } from '../en/write.ts';

/** The view Write. */
export const write: typeof english = { heading: 'Write' };
