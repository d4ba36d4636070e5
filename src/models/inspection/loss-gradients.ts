import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import { backendWithin } from '../../layers/backend-within.ts';
import { BlockPlacer } from '../../layers/block-placer.ts';
import { ArenaBranch } from '../../tensor/arena-branch.ts';
import { arenaOf } from '../../tensor/memory-checks.ts';
import type { Reads } from '../../tensor/reads.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import { checkModel } from '../check-model.ts';
import type { RecurrentLM } from '../recurrent-lm.ts';
import { checkStates, type State } from '../state/state.ts';
import { ModelCopy } from './model-copy.ts';

/** Options of `lossGradients`. */
export interface GradientOptions {
  /** The state before the text, of one stream; it does not change. Default: the zero state. */
  readonly state?: State | null;
}

/**
 * The gradients of a loss w.r.t. the states of one recurrent layer, as row-major copies.
 *
 * The state after a step is the pair (h, c). Its gradient includes everything that uses it: the next step and, for h, the output of
 * the layer. The gradient w.r.t. one of h and c holds the other one fixed.
 */
export interface LayerGradients {
  /** H of this layer. */
  readonly width: number;
  /** (T, H) w.r.t. h after each step. */
  readonly h: TensorView;
  /** (T, H) w.r.t. c after each step; null for a cell without c. */
  readonly c: TensorView | null;
  /** w.r.t. the state before the first step, (H) each. */
  readonly start: { readonly h: TensorView; readonly c: TensorView | null };
}

/** The gradients of the mean loss of a block, as row-major copies. */
export interface LossGradients {
  /** The mean loss of the targets, in nats. */
  readonly loss: number;
  /** (T, D) The embedding of each token. */
  readonly embeddings: TensorView;
  /** (T, D) w.r.t. the embedding of each token. */
  readonly inputs: TensorView;
  /** The recurrent layers, from bottom to top. */
  readonly layers: readonly LayerGradients[];
  /** The global norm of the gradients w.r.t. all parameters, before clipping. */
  readonly parameterNorm: number;
}

/**
 * The gradients of a loss w.r.t. the input embeddings and w.r.t. the states after each step, by one forward and one backward pass
 * over the whole text: backpropagation through time. The loss is the mean of −log p(target), in nats, over the steps that have one.
 *
 * Dropout is off; zoneout is in expectation. The model does not change: neither its carried state nor its gradients.
 * Memory until it returns: that of a training step with N = 1, and gradients of all parameters.
 *
 * @param ids (T) the text
 * @param targets (T) the target at each step, and −1 at steps without loss
 * @throws {UnrolledError} code `text-empty` for no ids, or no targets but −1; `shape` unless there are as many targets as ids, and for a
 * state of several streams; `id-range` for an unknown id; `state-foreign` for a state of another model; `memory` if there is
 * not enough memory
 */
export async function lossGradients(
  model: RecurrentLM,
  ids: Int32Array,
  targets: Int32Array,
  options: GradientOptions = {},
): Promise<LossGradients> {
  checkModel('lossGradients', model);
  const { state = null } = optionsOf('lossGradients', options);
  checkTargets(ids, targets);
  if (state) checkState(model, state);
  const arena = new ArenaBranch(arenaOf('lossGradients', model.backend));
  try {
    return await model.run(gradients(model, arena, ids, targets, state));
  } finally {
    arena.close(new UnrolledError('call-order', 'lossGradients: its memory was freed.'));
  }
}

function* gradients(
  model: RecurrentLM,
  arena: ArenaBranch,
  ids: Int32Array,
  targets: Int32Array,
  state: State | null,
): Reads<LossGradients> {
  const within = backendWithin(model.backend, arena);
  const copy = new ModelCopy(within, model.config, model.params);
  if (state) setState(copy, state);
  const placer = new BlockPlacer(within, new Workspace(arena), model.config.vocabSize);
  const T = ids.length;
  const embeddings = copy.embedding.forward(placer.ids('xs', ids, 1, T)); // (1, T, D)
  let hs = embeddings;
  for (const rnn of copy.rnns) hs = rnn.forward(hs); // (1, T, H)
  const [first, end] = [targets.findIndex(isTarget), targets.findLastIndex(isTarget) + 1];
  const spanned = stepsOf(hs, first, end);
  const ts = placer.ids('ts', targets.subarray(first, end), 1, end - first, copy.lossLayer.ignoreLabel);
  const { total } = copy.lossLayer.forward(spanned, ts);
  let dout = arena.sequence(hs.shape); // (1, T, H)
  within.fill(dout, 0);
  within.copy(stepsOf(dout, first, end), copy.lossLayer.backward());
  for (const rnn of copy.rnns.toReversed()) dout = rnn.backward(dout);
  copy.embedding.backward(dout);
  const squares = arena.tensor([1], 'float64');
  within.fill(squares, 0);
  for (const { grad, rows } of copy.params) within.addSumOfSquares(squares, grad, rows);
  const layers = copy.rnns.map((_, i) => layerTensors(copy, i));
  const numbers = yield [total, squares, embeddings, dout, ...layers.flatMap(Object.values<Tensor>)];
  return resultOf(numbers, layers);
}

/** The recorded gradients of layer i: h and its start, then c and its start if the cell has a c. */
function layerTensors({ rnns, recorders }: ModelCopy, i: number): Readonly<Record<string, Tensor>> {
  const [{ dh, dc }, { h, c }] = [rnns[i], recorders[i]];
  return { h: h as Tensor, startH: dh as Tensor, ...(c && dc && { c, startC: dc }) };
}

function resultOf(
  [[loss], [squares], embeddings, inputs, ...rest]: readonly TensorView[],
  layers: readonly Readonly<Record<string, Tensor>>[],
): LossGradients {
  const numbers = [...rest];
  const layersOut = layers.map((tensors) => {
    const [h, startH, c = null, startC = null] = numbers.splice(0, Object.keys(tensors).length);
    return { width: startH.length, h, c, start: { h: startH, c: startC } };
  });
  return { loss, embeddings, inputs, layers: layersOut, parameterNorm: Math.sqrt(squares) };
}

/** Steps first … end − 1 of a sequence (1, T, …). */
function stepsOf(x: Tensor, first: number, end: number): Tensor {
  const [, T, width] = x.shape;
  return x.part([1, end - first, width], first * (x.size / T), 'time');
}

function setState({ rnns }: ModelCopy, { pool, rows }: State): void {
  const parts = pool.gather(rows);
  rnns.forEach((rnn, i) => {
    const { h, c } = pool.partsOfLayer[i];
    rnn.setState(parts[h], c === undefined ? null : parts[c]);
  });
}

function isTarget(target: number): boolean {
  return target !== -1;
}

function checkTargets(ids: Int32Array, targets: Int32Array): void {
  if (ids?.length !== targets?.length) {
    throw new UnrolledError(
      'shape',
      `lossGradients: got ${ids?.length} ids and ${targets?.length} targets; it needs one target per id. Pass −1 where there is no loss.`,
    );
  }
  if (ids.length > 0 && targets.some(isTarget)) return;
  const what = ids.length === 0 ? 'ids' : 'target except −1';
  throw new UnrolledError(
    'text-empty',
    `lossGradients: got no ${what}; it needs at least one. Encode some text.`,
  );
}

function checkState(model: RecurrentLM, state: State): void {
  const own = model.state();
  checkStates(own.pool, [state], 'lossGradients');
  own.release();
  if (state.N === 1) return;
  throw new UnrolledError(
    'shape',
    `lossGradients: the state has ${state.N} streams; it must have one. Call split() first.`,
  );
}
