/** The view Write. */
export const write = { heading: 'Write' };
