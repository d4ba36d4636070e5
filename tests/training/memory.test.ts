import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import { collectGarbage } from '../support/garbage.ts';
import { trainingData } from '../support/models.ts';
import { temporaryFolder } from '../support/process.ts';

const library = new URL('../../dist/index.js', import.meta.url).href;

/**
 * The model of a large vocabulary, in a process of its own: prints the bytes planned for 700 tokens a step and spanned by a
 * step of 100, and the peak in RAM. The other 600 would take time, and 5 MB.
 */
const large = `
  import { openBackend, planBytes, Random, RecurrentLM, SGD, StreamBatches, train } from '${library}';
  const [V, N, T] = [100_000, 20, 5];
  const config = { cell: 'rnn', vocabSize: V, embeddingSize: 200, hiddenSize: 200, layers: 1 };
  // The weights are drawn from a cheap sequence: 40 million normal numbers take longer than the training.
  let drawn = 0;
  const random = Object.assign(new Random(1), { normal: () => (drawn = (drawn * 48271 + 1) % 65521) / 32760 - 1 });
  const backend = await openBackend('auto');
  const planned = await planBytes(backend, config, { N, T: 35, clip: 0.25 });
  backend.arena.reserve(planned);
  const model = new RecurrentLM(backend, config, random);
  const ids = Int32Array.from({ length: N * T + 1 }, (_, i) => (i * 7919) % V);
  const batches = new StreamBatches(ids, { N, T, end: 'cut' });
  let loss;
  const optimizer = new SGD(backend, { lr: 1 });
  for await (const event of train(model, { batches, optimizer, epochs: 1, clip: 0.25 })) {
    if (event.event === 'step') loss = event.loss;
  }
  const spanned = backend.arena.bytesSpanned;
  console.log(JSON.stringify({ loss, planned, spanned, peak: 1024 * process.resourceUsage().maxRSS }));
  backend.close();`;

test('V=100,000, H=200 and 700 tokens a step need less than 1 GiB, all of the process counted', () => {
  const file = join(temporaryFolder({ 'large.mjs': large }), 'large.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { loss, planned, spanned, peak } = JSON.parse(stdout);
  expect(Math.abs(loss - Math.log(100_000))).toBeLessThan(0.5);
  expect(spanned).toBeLessThanOrEqual(planned);
  expect(planned).toBeLessThan(2 ** 30);
  expect(peak).toBeGreaterThan(spanned);
  expect(peak).toBeLessThan(2 ** 30);
});

test("three thousand steps on two threads don't grow the arena or the heap", async () => {
  const backend = await openBackend('wasm', { threads: 2 });
  const { ids, corpus, model } = trainingData(97, 30);
  const trained = model(backend, 1, { hiddenSize: 41 });
  const batches = new StreamBatches(ids, { N: 16, T: 6, end: 'wrap' });
  const options = { batches, optimizer: new SGD(backend, { lr: 0.1 }), clip: 1, epochs: 3_000 };
  const inUse = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return { arena: backend.arena.bytesUsed, spanned: backend.arena.bytesSpanned, heap: heapUsed + external };
  };
  let [early, late]: (ReturnType<typeof inUse> | undefined)[] = [];
  for await (const event of train(trained, options)) {
    if (event.event === 'step' && event.step === 1_000) early = inUse();
    if (event.event === 'step' && event.step === 3_000) late = inUse();
  }
  expect(backend.arena.bytesUsed).toBeLessThanOrEqual(late!.arena);
  expect(batches.stepsPerEpoch).toBe(1);
  expect(corpus.ids).toBe(ids);
  expect({ arena: late?.arena, spanned: late?.spanned }).toEqual({
    arena: early?.arena,
    spanned: early?.spanned,
  });
  // What compiling and the test runner leave is below 200 kB; one Float32Array a step, such as a view, would be 400 kB.
  expect(late!.heap - early!.heap).toBeLessThan(200_000);
  backend.close();
});
