import { type Layer, layerOf, type Step } from './layer.ts';
import { addProduct, addTransposedProduct } from './products.ts';

/** The recurrent cell: its step, its number of gates G, and its number of states (1 for h, 2 for h and c). */
export interface Cell {
  readonly step: Step;
  readonly gates: number;
  readonly states: number;
}

/**
 * The vectors h, or h and c, of each recurrent layer from bottom to top. In float64, since a network may amplify rounding at
 * each step.
 */
export type State = readonly Float64Array[];

/** The network: embedding, recurrent layers, output layer. */
export interface Network {
  readonly cell: Cell;
  /** (V, D) */
  readonly embedding: Float32Array;
  readonly layers: readonly Layer[];
  /** (H, V); undefined if the output layer uses the embedding. */
  readonly affine: Float32Array | undefined;
  /** (V) */
  readonly bias: Float32Array;
  /** Work space: the embedding of a token (D), and the logits (V). */
  readonly input: Float64Array;
  readonly logits: Float64Array;
}

/** The sizes of each array of weights, in the order in which the arrays follow each other. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** The network whose weights are one array. */
export function networkOf(shapes: Shapes, weights: Float32Array, cell: Cell): Network {
  const arrays: Record<string, Float32Array> = {};
  let end = 0;
  for (const [name, sizes] of Object.entries(shapes)) {
    const size = sizes.reduce((product, n) => product * n);
    arrays[name] = weights.subarray(end, end + size);
    end += size;
  }
  if (end !== weights.length) {
    throw new Error(`The file of the weights has ${weights.length} numbers; the model has ${end}.`);
  }
  const layers: Layer[] = [];
  for (let i = 0; `rnn.${i}.b` in arrays; i++) {
    const at = (name: string) => arrays[`rnn.${i}.${name}`];
    const [Wx, Wh, b, bh] = ['Wx', 'Wh', 'b', 'bh'].map(at);
    const [Qdown, Qup, Rdown, Rup] = ['Qdown', 'Qup', 'Rdown', 'Rup'].map(at);
    layers.push(layerOf({ Wx, Wh, b, bh, Qdown, Qup, Rdown, Rup }, b.length / cell.gates));
  }
  const { 'embedding.W': embedding, 'affine.W': affine, 'affine.b': bias } = arrays;
  const logits = new Float64Array(bias.length);
  const input = new Float64Array(embedding.length / bias.length);
  return { cell, embedding, layers, affine, bias, input, logits };
}

/** The state before a text: zeros. */
export function zeroState({ layers, cell }: Network): State {
  return layers.flatMap(({ H }) => Array.from({ length: cell.states }, () => new Float64Array(H)));
}

/** Reads a token: replaces the numbers of the state. */
export function advance({ cell, embedding, layers, bias, input }: Network, state: State, id: number): void {
  const D = input.length;
  if (!(Number.isInteger(id) && id >= 0 && id < bias.length)) {
    throw new RangeError(`The id is ${id}; it must be an integer from 0 to ${bias.length - 1}.`);
  }
  input.set(embedding.subarray(id * D, (id + 1) * D));
  let x = input;
  for (const [i, layer] of layers.entries()) {
    const [h, c] = state.slice(i * cell.states, (i + 1) * cell.states);
    cell.step(layer, x, h, c);
    x = h;
  }
}

/** The logits (V) of the next token, valid until the next call. */
export function logitsOf({ cell, affine, embedding, bias, logits }: Network, state: State): Float64Array {
  const h = state[state.length - cell.states];
  logits.set(bias);
  if (affine) addProduct(logits, h, affine);
  else addTransposedProduct(logits, h, embedding);
  return logits;
}
