/** The frame of the page: header, navigation. */
export const page = {
  other: '한국어',
  title: 'Unrolled',
  lead: 'Train a recurrent language model on your text, in this page. Nothing that you type leaves it.',
  theme: 'Light or dark',
  navigation: 'Views',
  views: {
    text: 'Text',
    train: 'Train',
    unrolled: 'Unrolled',
    time: 'Back through time',
    write: 'Write',
    read: 'Read',
    words: 'Words',
    chapter: 'Chapter',
  },
};
