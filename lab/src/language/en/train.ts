import type { Needs } from '../needs.ts';
import { settings } from './settings.ts';

/** The view Train. */
export const train = {
  button: 'Train',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  download: 'Download model',
  remove: 'Remove',
  show: 'Show this model',
  openText: 'Use its text',
  notKept: (reason: string) =>
    `The run continues in memory and is lost when the page is closed: ${reason} Download the model to keep it.`,
  minutes: 'Time',
  minutesOf: (n: number) => (n === 1 ? '1 minute' : `${n} minutes`),
  automatic: 'chosen',
  needs: ({ needs }: Needs) => `It needs ${needs}.`,
  groups: { model: 'Model', training: 'Training', text: 'Vocabulary' },
  settings,
  values: { true: 'yes', false: 'no' },
  facts: { vocabulary: 'vocabulary V', parameters: 'parameters', backend: 'computed by' },
  chosen: 'What was chosen, and why',
  runs: 'Runs',
  noRuns: 'No run yet. Train starts one on the text of the view Text.',
  states: {
    planning: 'choosing a model',
    running: 'running',
    paused: 'paused',
    stopped: 'stopped',
    done: 'done',
    failed: 'failed',
    elsewhere: 'under way in another tab',
  },
  chart: 'Perplexity by time',
  axis: { time: 'training time (s)', perplexity: 'perplexity' },
  series: {
    train: 'training, last 50 steps',
    valid: 'validation',
    unigram: 'unigram',
    bigram: 'bigram',
    gradientNorm: 'gradient norm',
    lr: 'learning rate',
  },
  learning: 'Gradient norm before clipping, and learning rate',
  samples: 'Samples after each epoch',
  epoch: (n: number) => `Epoch ${n}`,
  best: (epoch: number) => `best epoch ${epoch}`,
  saveNumbers: 'Save the numbers (TSV)',
  savePicture: 'Save the picture (SVG)',
  status: {
    epoch: (n: number, of: number) => `epoch ${n}/${of}`,
    valid: 'valid',
    train: 'train',
    speed: (n: string) => `${n} tokens/s`,
    left: (time: string) => `${time} left`,
  },
  differing: 'Settings that differ, and results',
  text: 'text',
  bestValid: 'best validation perplexity',
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
};
