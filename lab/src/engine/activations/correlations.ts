import { type Feature, FeatureReader, features } from './features.ts';

/** Pearson's correlation of each unit with each feature of a text, in one pass. */
export class Correlations {
  /** U */
  readonly #width: number;
  readonly #reader: FeatureReader = new FeatureReader();
  readonly #sums: ReadonlyMap<Feature, FeatureSums>;
  /** (U) Σx and Σx² of each unit. */
  readonly #units: Float64Array;
  readonly #squares: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#units = new Float64Array(width);
    this.#squares = new Float64Array(width);
    this.#sums = new Map(
      features.map((name) => [name, { sum: 0, squares: 0, products: new Float64Array(width) }]),
    );
  }

  /** Adds the next tokens: their pieces of the text, and their activations (T, U). */
  add(pieces: readonly string[], rows: Float32Array): void {
    const U = this.#width;
    for (const [t, piece] of pieces.entries()) {
      const row = rows.subarray(t * U, (t + 1) * U);
      const measured = this.#reader.read(piece);
      for (let u = 0; u < U; u++) {
        this.#units[u] += row[u];
        this.#squares[u] += row[u] * row[u];
      }
      for (const [name, sums] of this.#sums) addTo(sums, measured[name], row);
    }
    this.#count += pieces.length;
  }

  /** (U) The correlations with a feature; NaN where the unit or the feature does not vary. */
  with(feature: Feature): Float64Array {
    const { sum, squares, products } = this.#sums.get(feature) as FeatureSums;
    const n = this.#count;
    const spread = n * squares - sum * sum;
    return Float64Array.from(products, (product, u) => {
      const unitSpread = n * this.#squares[u] - this.#units[u] * this.#units[u];
      if (spread <= 0 || unitSpread <= 0) return Number.NaN;
      return (n * product - sum * this.#units[u]) / Math.sqrt(spread * unitSpread);
    });
  }
}

/** Σf, Σf² and Σf·x (U) of a feature. */
interface FeatureSums {
  sum: number;
  squares: number;
  readonly products: Float64Array;
}

function addTo(sums: FeatureSums, value: number, row: Float32Array): void {
  if (value === 0) return;
  sums.sum += value;
  sums.squares += value * value;
  for (let u = 0; u < row.length; u++) sums.products[u] += value * row[u];
}
