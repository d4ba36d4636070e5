// brain.js: `brain.mjs JOB`. It has no batches, no carried state, no tanh and no SGD: a step here is
// what its train() does with one sequence of T tokens (ReLU, RMSProp, a start and an end mark).
import brain from 'brain.js';
import { readJob, refuse, serve } from '../child.ts';

const { layers, V, D, H, T } = readJob();
const SEQUENCES = 50;

const net = new brain.recurrent.RNN({
  inputSize: D,
  inputRange: V,
  outputSize: V,
  hiddenLayers: Array(layers).fill(H),
});
net.initialize();
if (net.model.allMatrices.length !== 3 + 3 * layers) refuse('its model is not the one that was meant');

const sequences = Array.from({ length: SEQUENCES }, () =>
  Array.from({ length: T }, () => Math.floor(Math.random() * V)),
);
let next = 0;
await serve('brain.js recurrent.RNN', () => net.trainPattern(sequences[next++ % SEQUENCES]));
