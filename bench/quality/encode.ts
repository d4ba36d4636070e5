import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from 'unrolled';
import { resolveRecipe, sourceFile, trainRequest } from 'unrolled/recipe';
import { parseTrainFlags } from './train-flags.ts';

/** Files of token ids (int32, little endian), for programs that have no tokenizer of ours. */
export interface IdFiles {
  readonly V: number;
  readonly train: string;
  readonly valid: string;
}

/** The text files of a race. */
export interface RaceTexts {
  readonly train: string;
  readonly valid: string;
}

/** Encodes the texts as `unrolled train` does and writes the ids into `folder`. */
export async function writeIds(files: RaceTexts, tokens: string, folder: string): Promise<IdFiles> {
  const [train, valid] = await Promise.all(
    [files.train, files.valid].map((path) => sourceFile(readFileSync(path), path)),
  );
  const request = trainRequest({ ...parseTrainFlags(tokens).given, validFraction: null, batch: 1, time: 1 });
  const texts = { train: [train], valid, test: null };
  const { trainingData } = await resolveRecipe({ ...request, open: 'nothing' }, texts, () => {
    throw new Error('nothing is to be measured');
  });
  const write = (name: string, ids: Int32Array) => {
    const path = join(folder, `${name}.ids`);
    writeFileSync(path, new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));
    return path;
  };
  return {
    V: trainingData.vocabulary.size,
    train: write('train', (trainingData.train as Corpus).ids),
    valid: write('valid', (trainingData.valid as Corpus).ids),
  };
}
