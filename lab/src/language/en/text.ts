/** The view Text. */
export const text = {
  label: 'Training text',
  hint: 'Paste a text here, or drop a file: plain text, gzip, JSON lines.',
  open: 'Open file',
  samples: 'Samples',
  sampleNames: {
    'speeches.txt.gz': 'US presidential speeches',
    'udhr-ko.txt': 'Universal Declaration of Human Rights, Korean',
  },
  shortened: (shown: string, all: string) =>
    `The first ${shown} of ${all} characters; the model trains on all of them.`,
  tokens: 'Tokens',
  kinds: {
    auto: 'chosen for the text',
    word: 'words',
    char: 'characters',
    byte: 'bytes',
    bpe: 'pieces (BPE)',
  },
  items: 'Items',
  splits: {
    none: 'one continuous text',
    line: 'a line each',
    'blank-line': 'a paragraph each',
    jsonl: 'JSON lines',
  },
  key: 'Key of the text in each line',
  valid: 'Held out for validation',
  working: 'Reading the text …',
  facts: {
    characters: 'characters',
    lines: 'lines',
    tokens: 'tokens',
    vocabulary: 'vocabulary',
    train: 'training tokens',
    valid: 'validation tokens',
    unknown: 'unknown in validation',
    items: 'items',
  },
  train: 'Train on this text',
  frequent: 'Most frequent tokens',
  stage: 'The text as tokens',
  legend:
    'Neighbouring tokens alternate in shade; a dashed underline marks a token that is not in the vocabulary.',
  before: 'Earlier part',
  after: 'Later part',
  part: (from: string, to: string, all: string) => `Characters ${from} to ${to} of ${all}`,
};
