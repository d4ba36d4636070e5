import type { unrolled as english } from '../en/unrolled.ts';

/** The view Unrolled. */
export const unrolled: typeof english = { heading: 'Unrolled' };
