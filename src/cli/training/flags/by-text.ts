/** The default of what is chosen for the text, the machine and the time. */
export const BY_TEXT = 'chosen; see --minutes';
