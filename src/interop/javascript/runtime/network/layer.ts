import { addProduct } from './products.ts';

/** The weights of a recurrent layer. Its G gates are blocks of H columns. */
export interface Weights {
  /** (D, G·H) */
  readonly Wx: Float32Array;
  /** (H, G·H); absent in a cell whose gates depend only on the input. */
  readonly Wh?: Float32Array | undefined;
  /** (G·H) */
  readonly b: Float32Array;
  /** (H), of a GRU whose reset gate follows the product with Wh. */
  readonly bh?: Float32Array | undefined;
  /** Of a Mogrifier LSTM, with a block of columns for each round: (H, X·K), (K, X·D), (D, Y·K), (K, Y·H). */
  readonly Qdown?: Float32Array | undefined;
  readonly Qup?: Float32Array | undefined;
  readonly Rdown?: Float32Array | undefined;
  readonly Rup?: Float32Array | undefined;
}

/** A recurrent layer of H units, with its work space. */
export interface Layer extends Weights {
  readonly H: number;
  /** The gate pre-activations (G·H). */
  readonly gates: Float64Array;
  /** A product with Wh (G·H), and a vector (H), where a cell needs them. */
  readonly product: Float64Array;
  readonly vector: Float64Array;
}

/** Reads one input and replaces the states of the layer: h, and c where the cell has one. */
export type Step = (layer: Layer, x: Float64Array, h: Float64Array, c: Float64Array) => void;

export function layerOf(weights: Weights, H: number): Layer {
  const columns = weights.b.length;
  return {
    ...weights,
    H,
    gates: new Float64Array(columns),
    product: new Float64Array(columns),
    vector: new Float64Array(H),
  };
}

/** The gate pre-activations of the input: x·Wx + b. */
export function inputOf({ Wx, b, gates }: Layer, x: Float64Array): Float64Array {
  gates.set(b);
  addProduct(gates, x, Wx);
  return gates;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
