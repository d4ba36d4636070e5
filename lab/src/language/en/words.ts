/** The view Words. */
export const words = { heading: 'Words' };
