/** The view Chapter. */
export const chapter = { heading: 'Chapter' };
