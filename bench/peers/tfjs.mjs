// TensorFlow.js: `tfjs.mjs BACKEND JOB`, its backend `cpu` or `wasm`.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers'; // It registers the gradients of the core's operations.
import { readJob, serve } from '../child.ts';

const BLOCKS = 50;

/** The layers by hand: x·Wx for the whole block, then one product a step. */
function createModel({ layers, V, D, H }) {
  const draw = (rows, columns) => tf.variable(tf.randomNormal([rows, columns], 0, 1 / Math.sqrt(rows)));
  const embedding = tf.variable(tf.randomNormal([V, D], 0, 0.01));
  const cells = Array.from({ length: layers }, (_, i) => {
    return { Wx: draw(i === 0 ? D : H, H), Wh: draw(H, H), b: tf.variable(tf.zeros([H])) };
  });
  return { embedding, cells, W: draw(H, V), b: tf.variable(tf.zeros([V])) };
}

/**
 * The ids go in as one-hot rows: the wasm backend has no kernel for the gradient of a look-up, and
 * the cpu backend's takes longer than this product.
 */
function embed(table, ids) {
  return tf.matMul(tf.oneHot(ids, table.shape[0], 1, 0, 'float32'), table);
}

/** xs and ts (T·N), states (N, H) a layer → the loss and the states after it. */
function forward({ embedding, cells, W, b }, xs, ts, states, N, T) {
  const ends = [];
  let rows = embed(embedding, xs); // (T·N, D)
  cells.forEach(({ Wx, Wh, b }, i) => {
    const inputs = tf.unstack(tf.reshape(tf.add(tf.matMul(rows, Wx), b), [T, N, -1]));
    const hs = [];
    let h = states[i];
    for (const input of inputs) {
      h = tf.tanh(tf.add(input, tf.matMul(h, Wh)));
      hs.push(h);
    }
    ends.push(h);
    rows = tf.concat(hs); // (T·N, H)
  });
  const scores = tf.add(tf.matMul(rows, W), b); // (T·N, V)
  return { loss: tf.losses.softmaxCrossEntropy(tf.oneHot(ts, b.shape[0]), scores), ends };
}

function clip(grads, maxNorm) {
  const norm = tf.tidy(() => tf.sqrt(tf.addN(Object.values(grads).map((grad) => tf.sum(tf.square(grad))))));
  const rate = maxNorm / (norm.dataSync()[0] + 1e-6);
  if (rate >= 1) return grads;
  return Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, tf.mul(grad, rate)]));
}

function trainStep(job) {
  const { N, T, V, H, layers } = job;
  const model = createModel(job);
  const optimizer = tf.train.sgd(0.1);
  const ids = Int32Array.from({ length: (BLOCKS * T + 1) * N }, () => Math.floor(Math.random() * V));
  let states = Array.from({ length: layers }, () => tf.zeros([N, H]));
  let block = 0;
  return () => {
    const start = block * N * T;
    block = (block + 1) % BLOCKS;
    const next = tf.tidy(() => {
      const xs = tf.tensor1d(ids.subarray(start, start + N * T), 'int32');
      const ts = tf.tensor1d(ids.subarray(start + N, start + N + N * T), 'int32');
      let ends;
      const { value, grads } = tf.variableGrads(() => {
        const result = forward(model, xs, ts, states, N, T);
        ends = result.ends.map((h) => tf.keep(h));
        return result.loss;
      });
      optimizer.applyGradients(clip(grads, 0.25));
      value.dataSync();
      return ends;
    });
    tf.dispose(states);
    states = next;
  };
}

await tf.setBackend(process.argv[2]);
await tf.ready();
await serve(`tfjs ${tf.version_core}, ${tf.getBackend()}`, trainStep(readJob()));
