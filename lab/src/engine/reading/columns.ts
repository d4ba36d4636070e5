import { mostLikely, probabilities, readableToken, type SavedModel, type TraceWindow } from 'unrolled';
import type { ColumnWindow, LayerColumns } from './calls.ts';
import { concatenated } from './concatenated.ts';
import type { Reading } from './reading.ts';

/** Predictions that are shown for each step. */
const PREDICTIONS = 10;
/** The most steps of one window. */
const MOST_STEPS = 256;

/** The numbers of some steps of a reading. Step t has index t + 1. */
export async function columnsOf(
  saved: SavedModel,
  reading: Reading,
  { start, end, gates }: { readonly start: number; readonly end: number; readonly gates: boolean },
  signal: AbortSignal,
): Promise<ColumnWindow> {
  const first = Math.max(0, start + 1);
  const last = Math.min(reading.encoded.ids.length, end + 1, first + MOST_STEPS);
  const T = Math.max(0, last - first);
  const K = Math.min(PREDICTIONS, saved.vocabulary.size);
  const tops: Predictions = { ids: new Int32Array(T * K), probabilities: new Float64Array(T * K) };
  const parts: TraceWindow[] = [];
  let at = 0;
  for await (const part of reading.trace(saved.model, first, last, { logits: true }, signal)) {
    for (const top of predictionsOf(part, saved.vocabulary.size, K)) {
      top.forEach(({ id, probability }, k) => {
        tops.ids[at * K + k] = id;
        tops.probabilities[at * K + k] = probability;
      });
      at++;
    }
    parts.push({ ...part, logits: null });
  }
  return {
    ...{ start: first - 1, T, K, topIds: tops.ids, topProbabilities: tops.probabilities },
    layers: parts.length === 0 ? [] : parts[0].layers.map((_, layer) => joined(parts, layer, gates)),
    topTokens: Array.from(tops.ids, (id) => saved.vocabulary.tokenOf(id)),
    topTexts: Array.from(tops.ids, (id) => readableToken(id, saved)),
  };
}

interface Predictions {
  readonly ids: Int32Array;
  readonly probabilities: Float64Array;
}

function* predictionsOf({ ids, logits }: TraceWindow, V: number, K: number) {
  for (let t = 0; t < ids.length; t++) {
    const row = Float64Array.from((logits as Float32Array).subarray(t * V, (t + 1) * V));
    yield mostLikely(probabilities(row), K);
  }
}

/** One layer of several windows. */
function joined(parts: readonly TraceWindow[], layer: number, gates: boolean): LayerColumns {
  const layers = parts.map((part) => part.layers[layer]);
  const [{ width, c, gates: named }] = layers;
  const names = gates ? Object.keys(named) : [];
  const whole = (numbersOf: (one: TraceWindow['layers'][number]) => ArrayLike<number>) =>
    concatenated(Float32Array, layers.map(numbersOf));
  return {
    width,
    h: whole(({ h }) => h),
    c: gates && c ? whole((one) => one.c as ArrayLike<number>) : null,
    gates: Object.fromEntries(names.map((name) => [name, whole((one) => one.gates[name])])),
  };
}
