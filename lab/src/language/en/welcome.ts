/** The first visit. */
export const welcome = {
  label: 'What this page is',
  lead: 'A small recurrent network, trained on speeches of US presidents, reads a sentence, which you can change: a column for each token, with its state after the token and its prediction of the next one. Everything is computed in this page.',
  train: 'Train on your text',
  open: 'Open a model file',
  tour: 'Take the tour',
  close: 'Close',
};
