// Speed of scoring a text, compared with the forward pass of training over the same tokens.
//
//   npm run build && npx tsx bench/scoring.ts MODEL TEXT [backend] [threads]
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Corpus, openBackend, readModelFile, type ScoreOptions, StreamBatches, score } from 'unrolled';

if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const [modelPath, textPath, name = 'auto', threads = '2'] = process.argv.slice(2);
const saved = readModelFile(readFileSync(modelPath), await openBackend(name, { threads: Number(threads) }));
const text = readFileSync(textPath, 'utf8');
const { ids } = Corpus.encode(text, saved.tokenizer, saved.vocabulary);
const ROUNDS = 5;

/** The forward pass of training, without backward. */
function forward(): number {
  const { model } = saved;
  const batches = new StreamBatches(ids, { N: 20, T: 35, end: 'cut' });
  model.resetState();
  for (let step = 0; step < batches.stepsPerEpoch; step++) {
    const { xs, ts } = model.place(batches.next());
    model.forward(xs, ts, false);
  }
  model.resetState();
  return batches.stepsPerEpoch * batches.N * batches.T;
}

async function scoring(options: ScoreOptions): Promise<number> {
  let tokens = 0;
  for await (const line of score(saved, text, options)) tokens += line.tokens.length;
  return tokens;
}

const contenders: readonly (readonly [what: string, run: () => number | Promise<number>])[] = [
  ['forward pass, N=20 T=35', forward],
  ['bits, lines', () => scoring({ state: 'line', alternatives: null })],
  ['bits, ranks, 3 alternatives, lines', () => scoring({ state: 'line' })],
  ['bits, carried', () => scoring({ alternatives: null })],
  ['bits, ranks, 3 alternatives, carried', () => scoring({})],
];
const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [what, run] of contenders) {
    const began = performance.now();
    const tokens = await run();
    const speed = (1000 * tokens) / (performance.now() - began);
    best.set(what, Math.max(best.get(what) ?? 0, speed));
  }
}
console.log(saved.model.backend.description);
const [whole] = best.values();
for (const [what, speed] of best) {
  const share = `${((100 * speed) / whole).toFixed(0)}%`.padStart(5);
  console.log(`${Math.round(speed).toLocaleString('en-US').padStart(9)} tokens/s ${share}  ${what}`);
}
saved.model.backend.close();
