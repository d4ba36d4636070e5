import { inputOf, type Layer, sigmoid } from './layer.ts';
import { addProduct } from './products.ts';

/** h = tanh(x·Wx + h·Wh + b) */
export function rnnStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const a = inputOf(layer, x);
  addProduct(a, h, layer.Wh!);
  for (let j = 0; j < h.length; j++) h[j] = Math.tanh(a[j]);
}

/** h = max(0, x·Wx + h·Wh + b) */
export function reluStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const a = inputOf(layer, x);
  addProduct(a, h, layer.Wh!);
  for (let j = 0; j < h.length; j++) h[j] = Math.max(0, a[j]);
}

/** minGRU: z = σ(·); h = (1 − z)·h + z·ĥ, where z and ĥ depend only on x. */
export function minGRUStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const [a, H] = [inputOf(layer, x), h.length];
  for (let j = 0; j < H; j++) {
    const z = sigmoid(a[j]);
    h[j] = (1 - z) * h[j] + z * a[H + j];
  }
}

/** minLSTM: f and i = σ(·); h = f/(f + i)·h + i/(f + i)·ĥ, where f, i and ĥ depend only on x. */
export function minLSTMStep(layer: Layer, x: Float64Array, h: Float64Array): void {
  const [a, H] = [inputOf(layer, x), h.length];
  for (let j = 0; j < H; j++) {
    const [f, i] = [sigmoid(a[j]), sigmoid(a[H + j])];
    h[j] = (f * h[j] + i * a[2 * H + j]) / (f + i);
  }
}
