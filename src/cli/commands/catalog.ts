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
    summary: 'Show the surprisal of each token or line',
    load: async () => (await import('./score.ts')).score,
  },
  {
    name: 'compare',
    summary: 'Compare how well two models predict a text',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'generate',
    summary: 'Write text from a model',
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'suggest',
    summary: 'Suggest the next word or complete a half-typed one',
    load: async () => (await import('./suggest.ts')).suggest,
  },
  {
    name: 'serve',
    summary: 'Serve models over HTTP, with the API of OpenAI',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'inspect',
    summary: 'Show the contents of a model file, or the likeliest next tokens',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'doctor',
    summary: 'Show the backends of this machine and their speed',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];

/** undefined when there is no such command. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const entry = catalog.find((candidate) => candidate.name === name);
  return entry && { name, summary: entry.summary, ...(await entry.load()) };
}
