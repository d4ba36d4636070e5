/** The view Words. */
export const words = {
  lead: 'Where the model has put each token. Tokens that it treats alike have similar vectors.',
  term: 'What is that?',
  kinds: {
    word: 'A token of this model is a word.',
    char: 'A token of this model is a character.',
    byte: 'A token of this model is a byte; ⟨EC⟩ is a byte of a longer character.',
    bpe: 'A token of this model is a piece of a word; ␣ marks the space before it, ⟨EC⟩ is a byte of a longer character.',
  },
  search: 'Find a token',
  noToken: {
    none: (text: string) => `No token of this model is “${text}”.`,
    taken: (token: string) => `Enter takes ${token}.`,
  },
  unseen: 'never in the training text',
  table: 'Vectors',
  tables: { input: 'input: embedding', output: 'output: affine layer' },
  tied: 'Input and output share one table.',
  most: 'Tokens on the map:',
  saveNeighbours: 'Save neighbours (TSV)',
  saveMap: 'Save map (TSV)',
  working: 'Reading the vectors …',
  frequent: (n: string) => `The ${n} most frequent tokens`,
  first: (n: string) => `The first ${n} tokens of the vocabulary`,
  axes: (first: string, second: string, D: string) =>
    `Across: the first principal component, ${first} of the variance; upwards: the second, ${second}; of ${D} dimensions.`,
  byOrder: 'The training text is not in this browser, so frequencies are unknown.',
  byCount: (name: string) => `Counted in ${name}.`,
  neighbours: (token: string) => `Nearest to ${token}`,
  cosine: 'The cosine of the angle between the vectors: 1 for the same direction, 0 for unrelated ones.',
  map: {
    label: (n: number) =>
      `Map of ${n} tokens by principal components; arrow keys move it, plus and minus zoom, 0 shows all`,
    keys: 'Drag to move; pinch, wheel or + and − to zoom; click a token to select it.',
    nearer: 'Zoom in',
    further: 'Zoom out',
    whole: 'Show all',
    place: (token: string, x: string, y: string) => `${token}: ${x} across, ${y} upwards`,
  },
  analogy: {
    title: 'Analogy: a is to b as c is to …',
    how: 'The tokens whose vectors are nearest to b − a + c.',
    fields: ['a', 'b', 'c'],
  },
};
