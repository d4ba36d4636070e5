import { readableToken, type SavedModel, UnrolledError } from 'unrolled';
import type { Broadcast, Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import type { ReadingCalls, ReadingFacts, ReadRequest, UnitOrder } from './calls.ts';
import { columnsOf } from './columns.ts';
import { concatenated } from './concatenated.ts';
import { type EncodedText, encodeText, MOST_TOKENS } from './encoded-text.ts';
import { findTokens } from './find-tokens.ts';
import { Reading } from './reading.ts';
import { orderUnits } from './unit-order.ts';

/** The most readings that are kept. */
const MOST_READINGS = 8;
/** Characters per token that are more than enough to find the first MOST_TOKENS of a text. */
const MOST_CHARACTERS = 16 * MOST_TOKENS;
/** Steps over which the order of units is computed. */
const ORDER_STEPS = 2_000;

/** The texts that models have read. */
export class Readings {
  readonly #models: Models;
  readonly #tell: (message: Broadcast) => void;
  /** By id, the one used last at the end. */
  readonly #kept: Map<number, { readonly reading: Reading; readonly model: string }> = new Map();
  #next = 1;

  constructor(models: Models, tell: (message: Broadcast) => void) {
    this.#models = models;
    this.#tell = tell;
  }

  get handlers(): Handlers<ReadingCalls> {
    return {
      read: (request, signal) => this.#read(request, signal),
      columns: (request, signal) =>
        this.use(request.reading, (reading, saved) => columnsOf(saved, reading, request, signal)),
      unitOrder: ({ reading, order }, signal) => this.#order(reading, order, signal),
      forgetReading: (id) => void this.#kept.delete(id),
      findTokens: ({ model, letters }) => this.#models.use(model, ({ saved }) => findTokens(saved, letters)),
    };
  }

  /** Calls a function with a reading and its open model. Throws UnrolledError `call-order` for a reading that is forgotten. */
  async use<T>(id: number, work: (reading: Reading, saved: SavedModel) => T | Promise<T>): Promise<T> {
    const kept = this.#kept.get(id);
    if (kept) {
      this.#kept.delete(id);
      this.#kept.set(id, kept);
      return this.#models.use(kept.model, ({ saved }) => work(kept.reading, saved));
    }
    throw new UnrolledError(
      'call-order',
      `reading: number ${id} is not kept any more; it must be one of the last ${MOST_READINGS}. Read the text again.`,
    );
  }

  #read({ model, text, edits }: ReadRequest, signal: AbortSignal): Promise<ReadingFacts> {
    return this.#models.use(model, async ({ saved, facts }) => {
      const given = text ?? (await this.#models.textFor(facts)).text.slice(0, MOST_CHARACTERS);
      const encoded = edited(encodeText(saved, given), edits, saved);
      const onShare = (share: number) => this.#tell({ kind: 'progress', work: 'reading', share });
      const reading = await Reading.read(saved.model, encoded, onShare, signal);
      return this.#keep(model, saved, reading, edits);
    });
  }

  #keep(model: string, saved: SavedModel, reading: Reading, edits: ReadRequest['edits']): ReadingFacts {
    const id = this.#next++;
    this.#kept.set(id, { reading, model });
    if (this.#kept.size > MOST_READINGS) this.#kept.delete(this.#kept.keys().next().value as number);
    const { ids, text, isCut, starts, ends, known, resets } = reading.encoded;
    return {
      ...{ id, model, text, isCut, starts, ends, known },
      ids: ids.slice(1),
      bits: reading.bits,
      ranks: reading.ranks,
      resets: Int32Array.from(
        [...resets].sort((a, b) => a - b),
        (index) => index - 1,
      ),
      startText: readableToken(ids[0], saved),
      replaced: edits.replaced.map(({ token, id }) => ({ token, text: readableToken(id, saved) })),
    };
  }

  #order(id: number, order: UnitOrder, signal: AbortSignal): Promise<readonly Int32Array[]> {
    return this.use(id, async (reading, { model }) => {
      const steps = Math.min(ORDER_STEPS, reading.encoded.ids.length);
      const rows: Float32Array[][] = [];
      const widths: number[] = [];
      for await (const { layers } of reading.trace(model, 0, steps, {}, signal)) {
        layers.forEach(({ h, width }, layer) => {
          rows[layer] ??= [];
          rows[layer].push(h as Float32Array);
          widths[layer] = width;
        });
      }
      return rows.map((parts, layer) => orderUnits(concatenated(Float32Array, parts), widths[layer], order));
    });
  }
}

/** The text with its edits. Throws UnrolledError `id-range` for a token that the text does not have. */
function edited(encoded: EncodedText, edits: ReadRequest['edits'], saved: SavedModel): EncodedText {
  const n = encoded.ids.length - 1;
  const ids = encoded.ids.slice();
  for (const { token, id } of edits.replaced) {
    saved.vocabulary.tokenOf(id);
    ids[checked(token, n) + 1] = id;
  }
  const cuts = edits.cuts.map((token) => checked(token, n) + 1);
  return { ...encoded, ids, resets: new Set([...encoded.resets, ...cuts]) };
}

function checked(token: number, n: number): number {
  if (Number.isInteger(token) && token >= 0 && token < n) return token;
  throw new UnrolledError(
    'id-range',
    `reading: token ${token} is to be changed; it must be from 0 to ${n - 1}. Choose a token of the text.`,
  );
}
