import type { Command, CommandSpec, Summary } from '../command.ts';

/** A command that is loaded on demand. */
interface Entry extends Summary {
  readonly load: () => Promise<CommandSpec>;
}

/** Commands with two-word names: the name of the group and their own. */
export interface Group extends Summary {
  readonly commands: readonly Entry[];
}

/** All commands, in the order of the help. The module of a command, with the library, is loaded on demand. */
export const catalog: readonly (Entry | Group)[] = [
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
    summary: 'Generate text with a model',
    load: async () => (await import('./generate.ts')).generate,
  },
  {
    name: 'suggest',
    summary: 'Suggest the next word, or complete a partial one',
    load: async () => (await import('./suggest.ts')).suggest,
  },
  {
    name: 'serve',
    summary: 'Serve models over an OpenAI-compatible HTTP API',
    load: async () => (await import('./serve/serve.ts')).serve,
  },
  {
    name: 'lab',
    summary: 'Open a page that trains and shows models',
    load: async () => (await import('./serve/lab.ts')).lab,
  },
  {
    name: 'tokenizer',
    summary: 'Train tokenizers; encode and decode texts',
    commands: [
      {
        name: 'train',
        summary: 'Train a BPE tokenizer on text files',
        load: async () => (await import('./tokenizer/train.ts')).train,
      },
      {
        name: 'encode',
        summary: 'Print the token ids of a text',
        load: async () => (await import('./tokenizer/encode.ts')).encode,
      },
      {
        name: 'decode',
        summary: 'Print the text of token ids',
        load: async () => (await import('./tokenizer/decode.ts')).decode,
      },
      {
        name: 'show',
        summary: 'Show the tokens of a text and count them',
        load: async () => (await import('./tokenizer/show.ts')).show,
      },
    ],
  },
  {
    name: 'import',
    summary: 'Convert a model of another tool to a model file',
    load: async () => (await import('./interop/import.ts')).importCommand,
  },
  {
    name: 'export',
    summary: 'Convert a model file for another tool',
    load: async () => (await import('./interop/export.ts')).exportCommand,
  },
  {
    name: 'inspect',
    summary: 'Show the contents of a model file, or its most likely next tokens',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'doctor',
    summary: 'Show the available backends and their speed',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];

/** The names of all commands, such as `train` and `tokenizer train`. */
export const commandNames: readonly string[] = catalog.flatMap((entry) =>
  'load' in entry ? [entry.name] : entry.commands.map(({ name }) => `${entry.name} ${name}`),
);

/** @param name `train` or `tokenizer train`. @returns undefined if there is no such command */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const [first, second] = name.split(' ');
  const entry = entryOf(first);
  const found = entry && 'commands' in entry ? entry.commands.find((inner) => inner.name === second) : entry;
  return found && 'load' in found ? { name, summary: found.summary, ...(await found.load()) } : undefined;
}

/** The command or group of this name; undefined if there is none. */
export function entryOf(name: string): Entry | Group | undefined {
  return catalog.find((entry) => entry.name === name);
}
