import { UnrolledError } from '../../errors.ts';
import { checkCount, checkValue, choice } from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import { TopList } from '../scoring/top-list.ts';

/** A token and its similarity to a vector. */
export interface Neighbour {
  /** The token's id. */
  readonly id: number;
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** The cosine of the angle between the vectors, from −1 to 1. */
  readonly cosine: number;
}

/**
 * The vectors that a model has learned for its tokens, its distributed representations: the rows of `embedding.W` (V, D), or the
 * columns of `affine.W` (H, V). They are a copy: later training doesn't change them. Similarity is the cosine of the angle between
 * two vectors; that of a zero vector to any other is 0.
 */
export class TokenVectors {
  /** The tokens in order of their ids. */
  readonly tokens: readonly string[];
  /** (V, D) The vectors, one row per token, in the model's precision. */
  readonly vectors: Float32Array | Float64Array;
  /** The number of components D of a vector. */
  readonly dimension: number;
  /** (V) The Euclidean norm of each vector. */
  readonly norms: Float64Array;

  private constructor(tokens: readonly string[], vectors: Float32Array | Float64Array) {
    this.tokens = tokens;
    this.vectors = vectors;
    this.dimension = vectors.length / tokens.length;
    this.norms = Float64Array.from(tokens, (_, id) => normOf(this.vector(id)));
  }

  /**
   * Reads the vectors of a model.
   * @param table `input`: the embedding. `output`: the weights of the affine layer; the same as `input` in a tied model
   * @throws {UnrolledError} code `option-value` for another table; `call-order` after the model was disposed
   */
  static async of(saved: TextModel, table: 'input' | 'output' = 'input'): Promise<TokenVectors> {
    checkTextModel('TokenVectors', saved);
    checkValue('TokenVectors', 'table', table, tables);
    const { model, vocabulary } = saved;
    const { tied, vocabSize: V } = model.config;
    const name = table === 'input' || tied ? 'embedding.W' : 'affine.W';
    const W = model.params.find((param) => param.name === name)!.value; // (V, D) or (H, V)
    const read = function* (): Reads<Float32Array | Float64Array> {
      return (yield* numbersOf(W)).slice() as Float32Array | Float64Array;
    };
    const numbers = await model.run(read());
    return new TokenVectors(vocabulary.tokens, name === 'affine.W' ? transposed(numbers, V) : numbers);
  }

  /**
   * The vector of a token (D).
   * @throws {UnrolledError} code `id-range` for an unknown id
   */
  vector(id: number): Float32Array | Float64Array {
    if (!(Number.isInteger(id) && id >= 0 && id < this.tokens.length)) {
      throw new UnrolledError(
        'id-range',
        `TokenVectors: got the id ${id}; it needs one from 0 to ${this.tokens.length - 1}.`,
      );
    }
    return this.vectors.subarray(id * this.dimension, (id + 1) * this.dimension);
  }

  /**
   * The tokens that are most similar to a token, most similar first, without the token itself.
   * @param count the maximum number of tokens. Default 10
   * @throws {UnrolledError} code `id-range` for an unknown id; `option-value` unless the count is a positive integer
   */
  nearest(id: number, count: number = 10): Neighbour[] {
    return this.nearestTo(this.vector(id), count, [id]);
  }

  /**
   * The tokens whose vectors are most similar to a vector (D), most similar first, ties by id.
   * @param count the maximum number of tokens. Default 10
   * @param without ids that are left out
   * @throws {UnrolledError} code `shape` unless the vector has D components; `option-value` unless the count is a positive integer
   */
  nearestTo(vector: ArrayLike<number>, count: number = 10, without: readonly number[] = []): Neighbour[] {
    checkCount('TokenVectors', { count }, 1);
    const { tokens, dimension: D, vectors, norms } = this;
    if (vector.length !== D) {
      throw new UnrolledError('shape', `TokenVectors: got ${vector.length} components; it needs ${D}.`);
    }
    const [top, norm, omitted] = [new TopList<Neighbour>(count), normOf(vector), new Set(without)];
    for (const [id, token] of tokens.entries()) {
      if (omitted.has(id)) continue;
      let dot = 0;
      for (let i = 0; i < D; i++) dot += vectors[id * D + i] * vector[i];
      const cosine = dot === 0 ? 0 : dot / (norms[id] * norm);
      top.offer(cosine, () => ({ id, token, cosine }));
    }
    return top.items;
  }

  /**
   * The tokens that are to c what b is to a: those whose vectors are most similar to b − a + c, without these three.
   * @param count the maximum number of tokens. Default 10
   * @throws {UnrolledError} code `id-range` for an unknown id; `option-value` unless the count is a positive integer
   */
  analogy(a: number, b: number, c: number, count: number = 10): Neighbour[] {
    const [from, to, like] = [a, b, c].map((id) => this.vector(id));
    return this.nearestTo(
      Float64Array.from(to, (x, i) => x - from[i] + like[i]),
      count,
      [a, b, c],
    );
  }
}

const tables = choice(['input', 'output']);

function normOf(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/** (H, V) → (V, H) */
function transposed(numbers: Float32Array | Float64Array, V: number): Float32Array | Float64Array {
  const H = numbers.length / V;
  return numbers.map((_, at) => numbers[(at % H) * V + Math.floor(at / H)]);
}
