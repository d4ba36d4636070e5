import { metadataOf } from './metadata.js';
import * as ort from './node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';

ort.env.wasm.numThreads = 1; // more of them need a cross-origin isolated page, and a step of a small model is short

/** A model that `unrolled export --to onnx` wrote. */
export class LanguageModel {
  #session;

  constructor(session, { vocabulary, special_tokens, tokenizer }) {
    this.#session = session;
    this.vocabulary = JSON.parse(vocabulary);
    this.special = JSON.parse(special_tokens);
    this.tokenizer = tokenizer;
  }

  static async load(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} is missing: see README.md for how to make it`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return new LanguageModel(await ort.InferenceSession.create(bytes), metadataOf(bytes));
  }

  /** The states before a text: zeros, (1, width). */
  start() {
    const [, ...states] = this.#session.inputMetadata;
    return states.map(({ shape }) => new ort.Tensor('float32', new Float32Array(shape[1]), [1, shape[1]]));
  }

  /** Reads ids, (T, N) as a list of steps: the logits after the last step, one array for each text, and the new states. */
  async read(ids, states) {
    const [T, N, V] = [ids.length, ids[0].length, this.vocabulary.length];
    const [first, ...inputs] = this.#session.inputNames;
    const feeds = { [first]: new ort.Tensor('int64', BigInt64Array.from(ids.flat(), BigInt), [T, N]) };
    for (const [i, name] of inputs.entries()) feeds[name] = states[i];
    const results = await this.#session.run(feeds);
    const [logits, ...after] = this.#session.outputNames.map((name) => results[name]);
    const last = (n) => logits.data.subarray(((T - 1) * N + n) * V, ((T - 1) * N + n + 1) * V);
    return { logits: Array.from({ length: N }, (_, n) => last(n)), states: after };
  }

  /** States of one text, copied for N texts. */
  repeat(states, N) {
    return states.map(({ data }) => {
      const copies = new Float32Array(N * data.length);
      for (let n = 0; n < N; n++) copies.set(data, n * data.length);
      return new ort.Tensor('float32', copies, [N, data.length]);
    });
  }
}
