import { spawnSync } from 'node:child_process';
import { openBackend } from '../../src/backends/open.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { type ModelContents, readModelFile, writeModelFile } from '../../src/models/model-file.ts';
import { randomModel } from './models.ts';

/** float64: other tools are compared with the exact result. */
const reference = await openBackend('reference');

/** Whether the tests that take minutes run too: `npm run test:interop -- --all`. */
export const takesAll: boolean = process.env.INTEROP_ALL === '1';

/**
 * The Python that an environment variable names, `python3` by default; undefined, with a note for the report, if it lacks one
 * of these modules.
 */
export function pythonWith(variable: string, ...modules: readonly string[]): string | undefined {
  const python = process.env[variable] ?? 'python3';
  const missing = modules.find((name) => spawnSync(python, ['-c', `import ${name}`]).status !== 0);
  if (missing === undefined) return python;
  console.warn(`${missing} is not tested: ${python} can't import it; ${variable} names a Python that can`);
  return undefined;
}

const words = 'the cat sat on a mat and saw that dog by night'.split(' ');

/** A model file with random weights that its tokens depend on: words, `<eos>` and `<unk>`. Sizes are D=5, H=6, two layers. */
export function randomModelFile(
  config: Partial<RecurrentConfig> = {},
  contents: Partial<ModelContents> = {},
  seed: number = 1,
): Uint8Array<ArrayBuffer> {
  const vocabulary = contents.vocabulary ?? Vocabulary.fromTokens(['<eos>', '<unk>', ...words], '<unk>');
  const sizes = { cell: 'lstm', embeddingSize: 5, hiddenSize: 6, layers: 2 } as const;
  const full = { ...sizes, vocabSize: vocabulary.size, ...config };
  const model = randomModel(reference, full, { seed, deviation: 0.7 });
  const float32 = writeModelFile({
    ...{ model, vocabulary, tokenizer: openTokenizer('word'), recipe: null, corpus: null, results: null },
    ...{ extras: new Map(), ...contents },
  });
  model.dispose();
  return float32;
}

/** Ids that occur in no order, the same for each seed-free call. */
export function someIds(V: number, length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => (i * i * 7 + i * 3 + 1) % V);
}

/** The logits (T, V) after each id, from the zero state, computed in float64. */
export function logitsOf(file: Uint8Array, ids: Int32Array): Float64Array[] {
  const { model } = readModelFile(file, reference);
  const state = model.state();
  const rows = Array.from(ids, (id) => Float64Array.from(model.step([id], [state]).values()));
  model.dispose();
  return rows;
}

/** The largest difference of two rows of numbers, relative to the largest number of the second. */
export function largestDifference(got: ArrayLike<number>, exact: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(exact, Math.abs));
  return Math.max(...Array.from(exact, (x, i) => Math.abs(got[i] - x))) / scale;
}
