/** The view Unrolled. */
export const unrolled = { heading: 'Unrolled' };
