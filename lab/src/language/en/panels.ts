import type { Feature } from '../../engine/activations/features.ts';

/** Names of the features, as they follow "higher" or "lower". */
const features: Readonly<Record<Feature, string>> = {
  quotes: 'inside quotation marks',
  brackets: 'inside brackets',
  linePosition: 'the longer the line so far',
  sentencePosition: 'the longer the sentence so far',
  wordPosition: 'the longer the word so far',
  wordStart: 'at the start of a word',
  capital: 'at a capital letter',
  digit: 'at a digit',
  sentenceEnd: 'at the end of a sentence',
  lineEnd: 'at the end of a line',
};

/** The panels of the view Unrolled, below the columns. */
export const panels = {
  unitName: (layer: number, unit: number) => `layer ${layer}, unit ${unit}`,
  unitShort: (unit: number) => `unit ${unit}`,
  value: (value: string) => `h = ${value}`,
  token: (index: string) => `token ${index}`,
  stop: 'Stop',
  working: 'Computing …',
  scale: 'Scale',
  unit: {
    heading: 'One unit over the text',
    note: 'The hidden state h of one unit after each token. A solid underline is positive, a dashed one negative.',
    source: 'Karpathy et al. 2015',
    choose: 'Choose a cell in the columns above, or a unit here.',
    layer: 'Layer',
    index: 'Unit',
    text: 'The text, coloured by the activation of the unit',
    chart: 'Activation over the text',
    axis: { token: 'token', activation: 'h' },
    follows: 'What it follows',
    higher: (feature: string, r: string) => `higher ${feature} (r = ${r})`,
    lower: (feature: string, r: string) => `lower ${feature} (r = ${r})`,
    followsNothing: 'None of the features: every correlation is below 0.2.',
  },
  finder: {
    heading: 'Find a unit by what it follows',
    note: 'Pearson’s correlation r of each unit with a feature of the training text, after each token: 1 rises with it, −1 falls with it, 0 ignores it. Lengths count as log₂(1 + characters).',
    button: 'Read the training text',
    reading: (tokens: string) => `Reading the training text, at most ${tokens} tokens …`,
    stopped: 'Stopped. What was read is kept.',
    read: (tokens: string) => `${tokens} tokens of the training text`,
    readStart: (tokens: string) => `the first ${tokens} tokens of the training text`,
    feature: 'Feature',
    best: 'Units that follow it most, with r',
    missing: 'does not occur',
    features,
  },
  extremes: {
    heading: 'Where in the training text it is most and least active',
    note: 'The marked token is the extreme; of places within 20 tokens of each other only the strongest is listed.',
    highest: 'Highest',
    lowest: 'Lowest',
  },
  pattern: {
    heading: 'Places with the same pattern',
    note: 'The units that stay active throughout the chosen tokens, and where else in the training text most of them are active together.',
    source: 'LSTMVis, Strobelt et al. 2017',
    choose: 'Drag over the tokens below the columns, or give the first and last token.',
    text: 'The text, with the chosen tokens',
    first: 'First token',
    last: 'Last token',
    threshold: 'Active from |h| =',
    bounded: 'Inactive just before and after',
    units: (n: number) =>
      n === 1 ? '1 unit is active throughout' : `${n} units are active throughout the range`,
    noUnits: 'No unit is active throughout the range. Lower the threshold, or choose fewer tokens.',
    noMatches: 'Nowhere in the training text more than half of these units are active together.',
    match: (agree: number, all: number, tokens: number) =>
      `${agree} of ${all} units for ${tokens === 1 ? '1 token' : `${tokens} tokens`}`,
    score:
      'Score: share of the units that agree × ratio of the lengths. Colour: share of the units that is active.',
    agreeing: 'Units that agree',
    sign: (unit: string, sign: number) => `${unit} ${sign > 0 ? 'positive' : 'negative'}`,
  },
  influence: {
    heading: 'What a prediction depends on',
    note: 'The gradient of the log-probability of a predicted token with respect to the embedding of each earlier token, at most the last 2,000.',
    source: 'Madsen 2019, Visualizing memorization in RNNs',
    choose: 'Choose a token in the columns above: its column predicts the next one.',
    after: (token: string) => `After token ${token}, the model predicts`,
    came: 'came',
    measure: 'Show',
    measures: {
      norm: 'size: L2 norm of the gradient',
      product: 'direction: gradient · embedding',
    },
    text: 'The text before the prediction, coloured by how much each token matters',
    cut: (tokens: string) => `Only the last ${tokens} tokens are considered.`,
    reset: 'Tokens before the last reset of the state have no influence.',
    norm: (norm: string, product: string) => `‖∂ log p/∂e‖ = ${norm}, ∂ log p/∂e · e = ${product}`,
    legend: {
      norm: 'From 0 to the largest norm.',
      product:
        'From the largest negative to the largest positive product; solid underline: raises the probability, dashed: lowers it.',
    },
    curve: 'Connectivity by distance',
    curveNote:
      'The same norms by the distance to the prediction. A model that forgets falls fast; one that remembers stays high. The other model predicts its own next token.',
    compare: 'Compare with',
    nothing: 'no other model',
    axis: { distance: 'characters back', norm: '‖∂ log p/∂e‖' },
  },
};
