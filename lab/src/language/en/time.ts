/** The view Time. */
export const time = { heading: 'Time' };
