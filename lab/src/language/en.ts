/** The texts of the page in English. `ko.ts` has the same. */
export const en = {
  other: '한국어',
  title: 'Unrolled',
  lead: 'Train a recurrent language model on your text, in this page. Nothing that you type leaves it.',
  theme: 'Light or dark',
  navigation: 'Views',
  views: { text: 'Text', train: 'Train' },
  engine: {
    starting: 'Starting the engine …',
    died: (reason: string) => `The engine stopped: ${reason}. Saved runs are kept.`,
    restart: 'Start it again',
    threads: (n: number) => (n === 1 ? '1 thread' : `${n} threads`),
    oneThread: 'One thread: this page is not isolated (COOP and COEP headers are missing).',
    noStorage: 'This browser keeps nothing: runs are lost when the page is closed.',
  },
  text: {
    label: 'Training text',
    hint: 'Paste a text here, or drop a file: plain text, gzip, JSON lines.',
    open: 'Open file',
    samples: 'Samples',
    speeches: 'US presidential speeches',
    korean: 'Universal Declaration of Human Rights, Korean',
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
    splits: { none: 'one continuous text', line: 'a line each', 'blank-line': 'a paragraph each' },
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
    frequent: 'Most frequent tokens',
    stage: 'The text as tokens',
    legend:
      'Neighbouring tokens alternate in shade; a dashed underline marks a token that is not in the vocabulary.',
    before: 'Earlier part',
    after: 'Later part',
    part: (from: string, to: string, all: string) => `Characters ${from} to ${to} of ${all}`,
  },
  train: {
    button: 'Train',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    download: 'Download model',
    remove: 'Remove',
    minutes: 'Time',
    minutesOf: (n: number) => (n === 1 ? '1 minute' : `${n} minutes`),
    settings: 'Settings',
    automatic: 'chosen',
    chosen: 'What was chosen, and why',
    runs: 'Runs',
    noRuns: 'No run yet. Train starts one on the text of the first view.',
    states: {
      planning: 'choosing a model',
      running: 'running',
      paused: 'paused',
      stopped: 'stopped',
      done: 'done',
      failed: 'failed',
    },
    chart: 'Perplexity by time',
    axis: { time: 'training time (s)', perplexity: 'perplexity' },
    series: { train: 'training', valid: 'validation', unigram: 'unigram', bigram: 'bigram' },
    sample: (epoch: number) => `Sample after epoch ${epoch}`,
    status: {
      epoch: (n: number, of: number) => `epoch ${n}/${of}`,
      valid: 'valid',
      train: 'train',
      speed: (n: string) => `${n} tokens/s`,
      left: (time: string) => `${time} left`,
    },
    differing: 'Settings that differ',
    reasons: {
      'tokenised-text': () => 'Words: white space already separates words and punctuation.',
      'words-by-size': () => 'Words: only words can have a vocabulary of this size.',
      'raw-text': ({ vocabSize }: { vocabSize: number }) =>
        `Pieces: punctuation is attached to the words, so the text is split into ${vocabSize} pieces.`,
      'pieces-for-text': ({ vocabSize }: { vocabSize: number }) =>
        `${vocabSize} pieces suit a text of this length.`,
      'fewer-pieces': ({ learnt }: { learnt: number }) =>
        `The text has enough repeated pairs for ${learnt} pieces only.`,
      'wider-too-slow': ({ hidden, minutes }: { hidden: number; minutes: number }) =>
        `${hidden} units: a larger model would not finish its epochs within ${minutes} min on this machine.`,
      narrowest: ({ hidden, minutes }: { hidden: number; minutes: number }) =>
        `${hidden} units, the smallest model: ${minutes} min are short for this text.`,
      'widest-for-text': ({ hidden }: { hidden: number }) =>
        `${hidden} units: a larger model would overfit a text of this length.`,
      'widest-for-steps': ({ hidden, steps }: { hidden: number; steps: number }) =>
        `${hidden} units: the largest model that ${steps} steps are enough for.`,
      'epochs-asked': ({ epochs }: { epochs: number }) => `${epochs} epochs, as given.`,
      'part-of-text': ({ maxTokens }: { maxTokens: number }) =>
        `Only the first ${maxTokens} tokens fit into the time.`,
      'epochs-enough': ({ epochs }: { epochs: number }) =>
        `${epochs} epochs: more would overfit a text this short.`,
      'epochs-fit': ({ epochs, minutes }: { epochs: number; minutes: number }) =>
        `${epochs} epochs fit into ${minutes} min.`,
    },
  },
};
