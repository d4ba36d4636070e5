import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawHeldOut } from '../src/recipe/text/held-out.ts';

/** A data set: files in the user's folder, and the flags of `unrolled train` for them. */
export interface TextSet {
  readonly files: readonly string[];
  /** @param paths of `files` @param out path prefix of files derived from them */
  flags(paths: readonly string[], out: string, measured: 'train' | 'test'): string[];
}

/** Number of names held out, and the seed of the choice. */
const [HELD_OUT, SEED] = [1000, 1];

export const textSets = {
  ptb: {
    files: ['ptb.train.txt', 'ptb.valid.txt', 'ptb.test.txt'],
    flags: ([train, valid, test], _, measured) => [
      ...[train, ...(measured === 'test' ? ['--valid', valid, '--test', test] : [])],
      ...['--vocab-size', 'all'],
    ],
  },
  speeches: {
    files: ['train.txt', 'valid.txt', 'test.txt'],
    flags: ([train, valid, test]) => [train, '--valid', valid, '--test', test],
  },
  names: {
    files: ['names.txt'],
    flags: ([names], out) => {
      const [train, test] = splitNames(readFileSync(names, 'utf8'));
      writeFileSync(`${out}.train.txt`, train);
      writeFileSync(`${out}.test.txt`, test);
      return [`${out}.train.txt`, '--valid', 'none', '--test', `${out}.test.txt`];
    },
  },
} as const satisfies Record<string, TextSet>;

/** Splits the names into training and held-out names, one per line, deterministically. */
export function splitNames(text: string): [train: string, test: string] {
  const names = text.split('\n').filter((name) => name !== '');
  const held = drawHeldOut(names.length, HELD_OUT / names.length, SEED);
  const part = (which: number) => names.filter((_, i) => held[i] === which);
  return [`${part(0).join('\n')}\n`, `${part(1).join('\n')}\n`];
}

/** The paths of a set's files in a folder. */
export function pathsIn(folder: string, { files }: TextSet): string[] {
  return files.map((file) => join(folder, file));
}
