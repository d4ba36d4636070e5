import type { SavedModel } from 'unrolled';
import type { Broadcast, Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import { encodeText } from '../reading/encoded-text.ts';
import type { Readings } from '../reading/readings.ts';
import { blockGradients } from './block.ts';
import type { BlockRequest, CellGradients, GradientCalls, InitialWh, TrainedCells } from './calls.ts';
import { SmallModels } from './small-models.ts';
import { trainInTurn } from './train-cells.ts';

/** The most characters of a text on which the small models are trained. */
const MOST_CHARACTERS = 600_000;

/** Backpropagation through time over the texts that models have read. */
export class Gradients {
  readonly #models: Models;
  readonly #readings: Readings;
  readonly #tell: (message: Broadcast) => void;
  #small: SmallModels | null = null;
  /** The small models are scaled and trained one call at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(models: Models, readings: Readings, tell: (message: Broadcast) => void) {
    this.#models = models;
    this.#readings = readings;
    this.#tell = tell;
  }

  get handlers(): Handlers<GradientCalls> {
    return {
      blockGradients: (request) =>
        this.#readings.use(request.reading, (reading, { model }) => {
          const { ids, resets } = reading.encoded;
          const stateBefore = (index: number) => reading.stateBefore(model, index);
          return blockGradients(model, { ids, resets, stateBefore }, request);
        }),
      cellGradients: (request, signal) => this.#inTurn(signal, () => this.#ofCells(request)),
      trainCells: (request, signal) => this.#inTurn(signal, () => this.#train(request, signal)),
    };
  }

  #ofCells({
    initial,
    scale,
    ...block
  }: BlockRequest & { readonly initial: InitialWh; readonly scale: number }) {
    return this.#readings.use(block.reading, async (reading, saved) => {
      const results: CellGradients[] = [];
      for (const small of this.#smallOf(saved, initial).all) {
        small.scale(scale);
        const gradients = await blockGradients(small.model, small.over(reading.encoded), block);
        results.push({ ...gradients, perplexity: small.perplexity });
        small.scale(1);
      }
      return results;
    });
  }

  #train(
    {
      model,
      initial,
      seconds,
    }: { readonly model: string; readonly initial: InitialWh; readonly seconds: number },
    signal: AbortSignal,
  ): Promise<TrainedCells> {
    return this.#models.use(model, async ({ saved, facts }) => {
      const { text } = await this.#models.textFor(facts);
      const { ids } = encodeText(saved, text.slice(0, MOST_CHARACTERS));
      const { all } = this.#smallOf(saved, initial);
      const began = performance.now();
      const shareAfter = () => (performance.now() - began) / 1000 / seconds;
      const onShare = (share: number) => this.#tell({ kind: 'progress', work: 'cells', share });
      const tokens = await trainInTurn(all, ids, shareAfter, onShare, signal).catch((error) => {
        // Models that were trained half are no use: the next call makes new ones.
        this.#forget();
        throw error;
      });
      const cells = all.map((small) => ({
        cell: small.model.config.cell,
        perplexity: small.perplexity as number,
      }));
      return { cells, tokens };
    });
  }

  #smallOf(saved: SavedModel, initial: InitialWh): SmallModels {
    if (!this.#small?.fit(saved, initial)) {
      this.#forget();
      this.#small = new SmallModels(saved, initial);
    }
    return this.#small;
  }

  #forget(): void {
    this.#small?.dispose();
    this.#small = null;
  }

  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = result.catch(() => {});
    return result;
  }
}
