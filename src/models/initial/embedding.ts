import { inMemory, type TokenIds, windowsOf } from '../../data/batches/token-ids.ts';
import { checkPositive, optionsOf, wrongKind } from '../../kinds.ts';
import { checkRandom, type Random } from '../../tensor/random.ts';
import { checkIds } from '../../tensor/table-ids.ts';
import { checkModel } from '../check-model.ts';
import type { RecurrentLM } from '../recurrent-lm.ts';
import { positiveInformation } from './vectors/cooccurrence.ts';
import { singularVectors } from './vectors/singular-vectors.ts';

/** Options of `initEmbedding`. */
export interface EmbeddingInitOptions {
  /** Draws the first subspace and a rotation: the same seed gives the same numbers on every machine. */
  random: Random;
  /** The root mean square of the numbers. Default 0.01, that of the chapter's initial embedding. */
  deviation?: number;
}

/**
 * Sets the embedding to vectors of the co-occurrence of tokens, so that training starts with similar vectors for similar
 * tokens: the truncated singular value decomposition of positive pointwise mutual information (Levy et al. 2015), centred,
 * rotated at random, each row scaled to the length of a random one. Call it before training. A token without neighbours
 * keeps its numbers. In a tied model this is the output layer too; the output weights of another model don't change,
 * since its hidden units have no relation to these coordinates.
 *
 * It runs on the host, in seconds for V = 10,000 and D = 200, and blocks the thread meanwhile. It reads at most 16 million ids.
 * @param ids the training text
 * @throws {UnrolledError} code `option-value` when ids is not a list of ids, random is not a Random or deviation not positive;
 * `id-range` for an id that is not from 0 to V − 1
 */
export function initEmbedding(
  model: Pick<RecurrentLM, 'backend' | 'params' | 'config' | 'run' | 'embedding'>,
  ids: Int32Array | TokenIds,
  options: EmbeddingInitOptions,
): void {
  const where = 'initEmbedding';
  checkModel(where, model);
  const { random, deviation = 0.01 } = optionsOf(where, options, 'Pass { random: new Random(1) }.');
  checkRandom(where, random);
  checkPositive(where, { deviation }, 0.01);
  const { vocabSize: V, embeddingSize: D } = model.config;
  const [{ value }] = model.embedding.params; // (V, D)
  const information = positiveInformation(tokensOf(where, ids, V), V);
  const vectors = centred(singularVectors(information, D, random), D);
  for (let id = 0; id < V; id++) {
    const row = vectors.subarray(id * D, (id + 1) * D);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (length === 0) continue;
    const scale = (deviation * Math.sqrt(D)) / length;
    model.backend.write(
      value.part([D], id * D),
      row.map((x) => scale * x),
    );
  }
}

/** The ids, checked. */
function tokensOf(where: string, ids: Int32Array | TokenIds, V: number): TokenIds {
  if (typeof Object(ids).read !== 'function' && !(ids instanceof Int32Array)) {
    throw wrongKind(where, 'ids', ids, 'an Int32Array of ids', 'Pass Corpus.encode(text, saved).ids.');
  }
  const tokens = ids instanceof Int32Array ? inMemory(ids) : ids;
  for (const window of windowsOf(tokens)) checkIds(where, window, V);
  return tokens;
}

/** Subtracts the mean of the rows that are not 0, whose direction all tokens share (Mu and Viswanath 2018). */
function centred(vectors: Float64Array, D: number): Float64Array {
  const V = vectors.length / D;
  const used = Array.from({ length: V }, (_, id) => id).filter((id) =>
    vectors.subarray(id * D, (id + 1) * D).some((x) => x !== 0),
  );
  const mean = new Float64Array(D);
  for (const id of used) for (let d = 0; d < D; d++) mean[d] += vectors[id * D + d] / used.length;
  for (const id of used) for (let d = 0; d < D; d++) vectors[id * D + d] -= mean[d];
  return vectors;
}
