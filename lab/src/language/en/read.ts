/** The view Read. */
export const read = { heading: 'Read' };
