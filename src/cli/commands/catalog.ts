import type { Body, Command, Summary } from '../command.ts';

/** A command that is not loaded yet. */
interface Entry extends Summary {
  readonly load: () => Promise<Body>;
}

/** All commands, in the order of the help. The module of one, and the library with it, is loaded on demand. */
export const catalog: readonly Entry[] = [
  {
    name: 'train',
    summary: 'Train a model on text files',
    load: async () => (await import('./train.ts')).train,
  },
  {
    name: 'evaluate',
    summary: 'Measure how well a model predicts a text',
    load: async () => (await import('./evaluate.ts')).evaluate,
  },
  {
    name: 'score',
    summary: 'Show how much each token or line of a text surprises a model',
    load: async () => (await import('./score.ts')).score,
  },
  {
    name: 'compare',
    summary: 'Measure which of two models predicts a text better',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'generate',
    summary: 'Write text from a model',
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'suggest',
    summary: 'Suggest how a text goes on, word by word',
    load: async () => (await import('./suggest.ts')).suggest,
  },
  {
    name: 'serve',
    summary: 'Answer programs over HTTP, as the API of OpenAI does',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'inspect',
    summary: 'Look into a model file, or at what it expects next',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'doctor',
    summary: 'Show what this machine computes with, and how fast',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];

/** undefined when there is no such command. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const entry = catalog.find((candidate) => candidate.name === name);
  return entry && { name, summary: entry.summary, ...(await entry.load()) };
}
