import { UnrolledError } from '../../errors.ts';
import { checkCount, wrongKind } from '../../kinds.ts';
import type { RecurrentLayer } from '../../layers/layer.ts';
import type { Reads } from '../../tensor/reads.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { cells } from '../cells.ts';
import type { RecurrentConfig } from '../config.ts';
import type { State } from '../state/state.ts';

/** Options of `RecurrentLM.trace`. */
export interface TraceOptions {
  /** T: the maximum length of a window, in tokens; it limits the memory. Default 64. */
  readonly window?: number;
  /** Whether to include the logits, T·V numbers per window. Default false. */
  readonly logits?: boolean;
  /** The state before the text, which is updated. Default: the zero state. */
  readonly state?: State;
  /** Aborts the trace: the generator throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The activations of one recurrent layer in a window, as row-major copies of (T, H). */
export interface LayerTrace {
  /** H of this layer. */
  readonly width: number;
  /** The hidden states. */
  readonly h: TensorView;
  /** The cell states; null for a cell without c. */
  readonly c: TensorView | null;
  /** Each gate after its activation, by name: f, g, i, o for an LSTM; none for an RNN. */
  readonly gates: Readonly<Record<string, TensorView>>;
}

/** The activations of all layers over a window of a text. */
export interface TraceWindow {
  /** The index of its first token in the text. */
  readonly start: number;
  /** (T) The ids of its tokens. */
  readonly ids: Int32Array;
  /** The layers from bottom to top. */
  readonly layers: readonly LayerTrace[];
  /** (T, V), the logits of the next token at each step; null without `logits`. */
  readonly logits: TensorView | null;
}

/** The parts of a model that a trace needs. */
interface Traced {
  readonly config: RecurrentConfig;
  readonly rnns: readonly RecurrentLayer[];
  readonly affine: { forward(xs: Tensor): Tensor };
  state(): State;
  read(ids: Int32Array, states: readonly State[]): void;
  run<T>(reads: Reads<T>): Promise<T>;
}

/** `RecurrentLM.trace`. */
export async function* trace(
  model: Traced,
  ids: Int32Array,
  { window = 64, logits = false, state, signal }: TraceOptions,
): AsyncGenerator<TraceWindow, void> {
  checkCount('trace', { window }, 1);
  if (!(ids instanceof Int32Array)) {
    throw wrongKind('trace', 'the ids', ids, 'an Int32Array', 'Pass saved.encode(text).ids.');
  }
  if (ids.length === 0) {
    throw new UnrolledError('text-empty', 'trace: got no ids; it needs at least one. Encode some text.');
  }
  const reader = state ?? model.state();
  const yieldTimer = new YieldTimer();
  try {
    for (let start = 0; start < ids.length; start += window) {
      await yieldTimer.yieldIfDue();
      signal?.throwIfAborted();
      yield await model.run(traceWindow(model, start, ids.slice(start, start + window), reader, logits));
    }
  } finally {
    if (!state) reader.release();
  }
}

function* traceWindow(
  model: Traced,
  start: number,
  ids: Int32Array,
  state: State,
  wantsLogits: boolean,
): Reads<TraceWindow> {
  model.read(ids, [state]);
  const blocks = model.rnns.map(blockOf);
  const top = blocks[blocks.length - 1].hs; // (1, T, H)
  const logits = wantsLogits ? [model.affine.forward(top)] : []; // (1, T, V)
  const numbers = yield [...blocks.flatMap(tensorsOf), ...logits];
  const rest = [...numbers];
  const layers = blocks.map((block) =>
    layerTrace(model.config, block.hs.shape[2], rest.splice(0, tensorsOf(block).length)),
  );
  return { start, ids, layers, logits: rest[0] ?? null };
}

type Block = NonNullable<RecurrentLayer['block']>;

function blockOf({ block }: RecurrentLayer): Block {
  if (block) return block;
  throw new UnrolledError(
    'call-order',
    'trace: a layer has no activations; this is a bug. Please report it.',
  );
}

function tensorsOf({ hs, cs, gates }: Block): readonly Tensor[] {
  return [hs, cs, gates].filter((tensor) => tensor != null);
}

function layerTrace({ cell }: RecurrentConfig, width: number, numbers: readonly TensorView[]): LayerTrace {
  const { gates: names, states } = cells[cell];
  const hasC = states.includes('c');
  const gates = numbers[hasC ? 2 : 1];
  const named = gates ? names.map((name, g) => [name, columns(gates, g, names.length, width)] as const) : [];
  return { width, h: numbers[0], c: hasC ? numbers[1] : null, gates: Object.fromEntries(named) };
}

/** Block g of the G blocks (T, H) of gates (T, G·H). */
function columns(gates: TensorView, g: number, G: number, H: number): TensorView {
  const T = gates.length / (G * H);
  const block = gates.slice(0, T * H);
  for (let t = 0; t < T; t++) block.set(gates.subarray((t * G + g) * H, (t * G + g + 1) * H), t * H);
  return block;
}
