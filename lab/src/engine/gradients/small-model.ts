import { type Backend, type Cell, Random, type RecurrentConfig, RecurrentLM, type State } from 'unrolled';
import { lastReset } from '../reading/resets.ts';
import type { GradientText } from './block.ts';
import type { InitialWh } from './calls.ts';
import { orthogonalise } from './orthogonal.ts';

/** The cells that are compared. */
export const comparedCells = ['rnn', 'lstm', 'gru'] as const satisfies readonly Cell[];

/** The largest sizes of the small models, so that three of them compute while a slider moves. */
const [MOST_WIDTH, MOST_LAYERS] = [200, 2];
const SEED = 1;
/** Steps that a small model reads before those that are shown: an earlier token hardly changes its state. */
const READ_BEFORE = 200;

/** The config of a small model: the sizes of another one, within limits, with another cell. */
export function smallConfig({ vocabSize, embeddingSize, hiddenSize, layers }: RecurrentConfig, cell: Cell) {
  const width = (size: number) => Math.min(MOST_WIDTH, size);
  const sizes = { embeddingSize: width(embeddingSize), hiddenSize: width(hiddenSize) };
  return { cell, vocabSize, ...sizes, layers: Math.min(MOST_LAYERS, layers) };
}

/** A small model of one cell, whose Wh may be scaled. */
export class SmallModel {
  readonly model: RecurrentLM;
  /** On the last tenth of the text; null before it is trained. */
  perplexity: number | null = null;
  /** The Wh of each layer, without the scale. */
  #Whs: readonly Float64Array[];

  constructor(backend: Backend, config: RecurrentConfig, initial: InitialWh) {
    this.model = new RecurrentLM(backend, config, new Random(SEED));
    this.#Whs = this.#read();
    if (initial === 'orthogonal') for (const Wh of this.#Whs) orthogonalise(Wh, config.hiddenSize);
    this.scale(1);
  }

  /** Sets each Wh to `scale` times the initial or the trained one. */
  scale(scale: number): void {
    const { backend } = this.model;
    this.#tensors.forEach((tensor, i) =>
      backend.write(
        tensor,
        this.#Whs[i].map((weight) => scale * weight),
      ),
    );
  }

  /** Keeps what training has made of Wh; call it while the scale is 1. */
  trained(perplexity: number): void {
    this.#Whs = this.#read();
    this.perplexity = perplexity;
  }

  /** A text as this model reads it. */
  over({ ids, resets }: Pick<GradientText, 'ids' | 'resets'>): GradientText {
    return { ids, resets, stateBefore: (index) => this.#stateBefore(ids, resets, index) };
  }

  async #stateBefore(ids: Int32Array, resets: ReadonlySet<number>, index: number): Promise<State> {
    const state = this.model.state();
    const from = Math.max(lastReset(resets, index), index - READ_BEFORE);
    if (from < index) this.model.read(ids.slice(from, index), [state]);
    return state;
  }

  get #tensors() {
    return this.model.params.filter(({ name }) => name.endsWith('.Wh')).map(({ value }) => value);
  }

  #read(): readonly Float64Array[] {
    return this.#tensors.map((tensor) => tensor.values());
  }
}
