import { openBackend } from '../../../src/backends/open.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import type { State } from '../../../src/models/state/state.ts';
import { Random } from '../../../src/tensor/random.ts';

export const reference = await openBackend('reference');
export const wasm = await openBackend('wasm', { threads: 1 });
export const threaded = await openBackend('wasm', { threads: 3 });

export const V = 11;
export const sizes = { vocabSize: V, embeddingSize: 6, hiddenSize: 9, layers: 2 } as const;
export const configs: readonly RecurrentConfig[] = [
  { cell: 'rnn', ...sizes },
  { cell: 'rnn-relu', ...sizes },
  { cell: 'lstm', ...sizes },
  { cell: 'lstm', ...sizes, tied: true },
  { cell: 'gru', ...sizes },
  { cell: 'gru', ...sizes, resetAfter: true },
];
export const lstm = configs[2];

/** A model in which the past matters. */
export function open(config: RecurrentConfig, backend = wasm, seed = 7): RecurrentLM {
  const model = new RecurrentLM(backend, config, new Random(6));
  const random = new Random(seed);
  for (const { value } of model.params) value.set(value.values().map(() => 0.5 * random.normal()));
  return model;
}

export const draw = (random: Random, below: number) => Math.floor(random.uniform() * below);
export const numbersOf = (state: State) => state.layers.flatMap(({ h, c }) => [...h, ...(c ?? [])]);

/** The scores after each token of a text that is read alone, one token at a time. */
export function scoresAlone(model: RecurrentLM, text: readonly number[]): number[][] {
  const state = model.state();
  return text.map((id) => [...model.step(Int32Array.of(id), [state]).values()]);
}
