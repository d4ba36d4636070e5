/** The choice of a model. */
export const models = {
  label: 'Model',
  open: 'Open model',
  opening: 'Opening the model …',
  none: 'No model yet. Train one, or open a model file.',
  first: 'speeches (sample)',
  summary: (cell: string, layers: number, H: number, parameters: string) =>
    `${layers} × ${cell.toUpperCase()} ${H}, ${parameters} parameters`,
  unknown: (id: string) => `${id}: this browser has no such model. Open its file again.`,
  notKept: (reason: string) => `The model is open, but this browser does not keep it: ${reason}`,
  remove: 'Remove',
  sentence: 'Sentence to read',
  sentenceDefault: 'We choose to do these things not because they are easy.',
};
