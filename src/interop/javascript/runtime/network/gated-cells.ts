import { inputOf, type Layer, type Step, sigmoid } from './layer.ts';
import { addProduct } from './products.ts';

/** LSTM: f, i, o = σ(·), g = tanh(·); c = f·c + g·i; h = o·tanh(c). The blocks are f, g, i, o. */
export function lstmStep(layer: Layer, x: Float64Array, h: Float64Array, c: Float64Array): void {
  const a = inputOf(layer, x);
  addProduct(a, h, layer.Wh!);
  lstmOutput(a, h, c);
}

/** Replaces h and c by those after the step, from the gate pre-activations. */
export function lstmOutput(a: Float64Array, h: Float64Array, c: Float64Array): void {
  const H = h.length;
  for (let j = 0; j < H; j++) {
    const [f, g, i, o] = [sigmoid(a[j]), Math.tanh(a[H + j]), sigmoid(a[2 * H + j]), sigmoid(a[3 * H + j])];
    const cell = f * c[j] + g * i;
    c[j] = cell;
    h[j] = o * Math.tanh(cell);
  }
}

/** An LSTM with coupled gates, i = 1 − f. The blocks are f, g, o. */
export function cifgStep(layer: Layer, x: Float64Array, h: Float64Array, c: Float64Array): void {
  const [a, H] = [inputOf(layer, x), h.length];
  addProduct(a, h, layer.Wh!);
  for (let j = 0; j < H; j++) {
    const [f, g, o] = [sigmoid(a[j]), Math.tanh(a[H + j]), sigmoid(a[2 * H + j])];
    const cell = f * c[j] + g * (1 - f);
    c[j] = cell;
    h[j] = o * Math.tanh(cell);
  }
}

/** GRU: z, r = σ(·); ĥ = tanh(x·Wxh + (r·h)·Whh + b); h = (1 − z)·h + z·ĥ. The blocks are z, r, ĥ. */
export function gruStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const [a, H, reset] = [inputOf(layer, x), h.length, layer.vector];
  addProduct(a, h, layer.Wh!, 0, 2 * H);
  for (let j = 0; j < H; j++) reset[j] = sigmoid(a[H + j]) * h[j];
  addProduct(a, reset, layer.Wh!, 2 * H, 3 * H);
  for (let j = 0; j < H; j++) {
    const z = sigmoid(a[j]);
    h[j] = (1 - z) * h[j] + z * Math.tanh(a[2 * H + j]);
  }
}

/** The GRU of PyTorch: the reset gate follows the product, ĥ = tanh(x·Wxh + b + r·(h·Whh + bh)). */
export function gruResetAfterStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const [a, u, H] = [inputOf(layer, x), layer.product, h.length];
  u.fill(0);
  addProduct(u, h, layer.Wh!);
  for (let j = 0; j < H; j++) {
    const [z, r] = [sigmoid(a[j] + u[j]), sigmoid(a[H + j] + u[H + j])];
    const candidate = Math.tanh(a[2 * H + j] + r * (u[2 * H + j] + layer.bh![j]));
    h[j] = (1 - z) * h[j] + z * candidate;
  }
}

/** Zoneout by its expectation: a state keeps this fraction of its previous value. */
export function withZoneout(step: Step, rate: number, cellRate: number): Step {
  return (layer, x, h, c) => {
    const [hBefore, cBefore] = [h.slice(), c?.slice()];
    step(layer, x, h, c);
    keep(rate, hBefore, h);
    if (c) keep(cellRate, cBefore, c);
  };
}

function keep(rate: number, before: Float64Array, state: Float64Array): void {
  for (let j = 0; j < state.length; j++) state[j] = rate * before[j] + (1 - rate) * state[j];
}
