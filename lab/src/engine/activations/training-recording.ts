import type { SavedModel } from 'unrolled';
import { type EncodedText, encodeText } from '../reading/encoded-text.ts';
import type { Context, TrainingActivations } from './calls.ts';
import { Correlations } from './correlations.ts';
import { Extremes } from './extremes.ts';
import { type Feature, features } from './features.ts';
import { Recording, type Rows } from './recording.ts';

/** The most tokens of a training text that are read. */
const MOST_TOKENS = 200_000;
/** No text needs more characters for that many tokens, almost. */
const MOST_CHARACTERS = 16 * MOST_TOKENS;
/** Tokens that are shown on either side of a place. */
const AROUND = 20;

/** The activations of a model over its training text, with what is found in one pass: extremes and correlations of all units. */
export class TrainingRecording {
  readonly recording: Recording;
  readonly #encoded: EncodedText;
  #extremes: Extremes | null = null;
  #correlations: Correlations | null = null;

  constructor(saved: SavedModel, text: string, onShare: (share: number) => void) {
    const encoded = encodeText(saved, text.slice(0, MOST_CHARACTERS), MOST_TOKENS);
    this.#encoded = { ...encoded, isCut: encoded.isCut || text.length > MOST_CHARACTERS };
    this.recording = new Recording(saved.model, encoded, {
      onBlock: (rows, start) => {
        this.#add(rows, start);
        onShare(this.recording.end / encoded.ids.length);
      },
    });
  }

  /** Reads what is left of the text. */
  async read(signal: AbortSignal): Promise<TrainingActivations> {
    await this.recording.read(signal);
    const [correlations, { widths }] = [this.#correlations as Correlations, this.recording];
    const entries = features.map((feature) => [feature, correlations.with(feature)] as const);
    return {
      tokens: this.#encoded.ids.length - 1,
      isCut: this.#encoded.isCut,
      widths,
      correlations: Object.fromEntries(entries) as Record<Feature, Float64Array>,
    };
  }

  /** Where a number of a unit, by its index in a row, is highest and lowest. The text must have been read. */
  extremesOf(column: number): ReturnType<Extremes['of']> {
    const extremes = this.#extremes as Extremes;
    extremes.end();
    return extremes.of(column);
  }

  /** The tokens around the indices `first` to `last`, with a number for each row. */
  async context(
    first: number,
    last: number,
    numberOf: (rows: Rows, row: number) => number,
  ): Promise<Context> {
    const from = Math.max(0, first - AROUND);
    const to = Math.min(this.#encoded.ids.length, last + AROUND + 1);
    const [rows, W] = [await this.recording.slice(from, to), this.recording.width];
    const indices = Array.from({ length: to - from }, (_, i) => from + i);
    return {
      first: from - 1,
      pieces: indices.map((index) => this.#piece(index)),
      values: Float32Array.from(indices, (_, i) => numberOf(rows, i * W)),
    };
  }

  #add(rows: Rows, start: number): void {
    const W = this.recording.width;
    this.#extremes ??= new Extremes(W);
    this.#correlations ??= new Correlations(W);
    this.#extremes.add(rows);
    const pieces = Array.from({ length: rows.length / W }, (_, i) => this.#piece(start + i));
    this.#correlations.add(pieces, rows);
  }

  /** The characters of the token at an index, with the white space before it; none at index 0. */
  #piece(index: number): string {
    const { text, ends } = this.#encoded;
    return index === 0 ? '' : text.slice(ends[index - 2] ?? 0, ends[index - 1]);
  }
}
