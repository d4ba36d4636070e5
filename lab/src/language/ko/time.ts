import type { time as english } from '../en/time.ts';

/** The view Time. */
export const time: typeof english = { heading: 'Time' };
