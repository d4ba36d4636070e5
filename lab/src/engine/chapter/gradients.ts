import { RNN, type Tensor } from 'unrolled';
import type { GradientNumbers, GradientRequest } from './calls.ts';
import { repeated, wordsOf } from './sentence.ts';
import { placed, type SmallNetwork, withNetwork } from './small-network.ts';

/** A block of the text: its inputs, and the word that follows each of them. */
interface Block {
  readonly first: number;
  readonly ids: Int32Array;
  readonly targets: Int32Array;
}

/** Truncated BPTT step by step: a cell for each step, so that the gradient between two steps can be read. */
export function gradientsOf(request: GradientRequest): Promise<GradientNumbers> {
  const { steps, T, hidden, scale, losses } = request;
  const text = repeated(steps + 1);
  return withNetwork({ hidden, scale }, (network) => {
    const states = new Float64Array(steps * hidden);
    const [norms, received] = [new Float64Array(steps), new Float64Array(steps)];
    let h = network.backend.arena.tensor([1, hidden]);
    for (let first = 0; first < steps; first += T) {
      const ids = text.slice(first, Math.min(first + T, steps));
      const targets = text
        .slice(first + 1, first + 1 + ids.length)
        .map((id, t) => (losses === 'all' || first + t === steps - 1 ? id : -1));
      const cells = forward(network, { first, ids, targets }, h, states);
      h = cells.last;
      backward(network, cells, first, norms, received);
    }
    return { words: wordsOf(text.slice(0, steps)), H: hidden, states, norms, received };
  });
}

/** The cells of a block after their forward pass, and the gradient of the block's loss w.r.t. each output. */
interface Cells {
  readonly all: readonly RNN[];
  readonly last: Tensor;
  readonly dhs: Tensor;
}

function forward(
  { backend, embedding, rnn, affine, softmax }: SmallNetwork,
  { first, ids, targets }: Block,
  start: Tensor,
  states: Float64Array,
): Cells {
  const H = start.size;
  const vectors = embedding.forward(placed(backend, ids));
  const hs = backend.arena.sequence([1, ids.length, H]);
  let last = start;
  const all = Array.from(ids, (_, t) => {
    const cell = new RNN(backend, ...rnn.params);
    last = cell.forward(vectors.step(t), last);
    backend.copy(hs.step(t), last);
    return cell;
  });
  states.set(hs.values(), first * H);
  softmax.forward(affine.forward(hs), placed(backend, targets));
  return { all, last, dhs: affine.backward(softmax.backward()) };
}

/** From the last step of the block to its first. Nothing comes from the next block. */
function backward(
  { backend }: SmallNetwork,
  { all, dhs }: Cells,
  first: number,
  norms: Float64Array,
  received: Float64Array,
): void {
  const [total, none] = [backend.arena.tensor(dhs.step(0).shape), backend.arena.tensor(dhs.step(0).shape)];
  let dh = none;
  for (let t = all.length - 1; t >= 0; t--) {
    backend.copy(total, dhs.step(t));
    backend.addScaled(total, 1, dh);
    received[first + t] = norm(dh);
    norms[first + t] = norm(total);
    dh = all[t].backward(total).dhPrev;
  }
}

function norm(tensor: Tensor): number {
  return Math.hypot(...tensor.values());
}
