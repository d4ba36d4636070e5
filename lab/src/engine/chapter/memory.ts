import { configs, planBytes } from 'unrolled';
import { openFast } from '../machine.ts';

/** The chapter's sizes, with a vocabulary as its text has it. */
const SIZES = { vocabSize: 418, embeddingSize: 100, hiddenSize: 100 };
const N = 10;

/** The peak memory of training the chapter's model, in bytes, for each block length. */
export async function memoryOf(lengths: readonly number[]): Promise<readonly number[]> {
  const backend = await openFast();
  try {
    const bytes: number[] = [];
    for (const T of lengths) bytes.push(await planBytes(backend, configs.simpleRnnlm(SIZES), { N, T }));
    return bytes;
  } finally {
    backend.close();
  }
}
