import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadModel, openBackend } from 'unrolled';
import { expect, test } from 'vitest';
import { TrainingRecording } from '../../lab/src/engine/activations/training-recording.ts';
import { type ActivationName, columnOf, unitCount } from '../../lab/src/engine/activations/units.ts';
import { recipes } from '../../recipes/catalog.ts';
import { temporaryFolder, unrolled } from '../support/process.ts';

const sample = resolve('lab/public/samples/speeches.safetensors');
const folder = temporaryFolder();

test('the sample model is small, and has no counts, names or digests of its texts', async () => {
  expect(statSync(sample).size).toBeLessThan(400_000);
  const { stdout } = await unrolled(folder, 'inspect', sample, '--json');
  expect(stdout).not.toMatch(/train\.txt|sha256/);
  expect(JSON.parse(stdout)).toMatchObject({ config: { cell: 'lstm', layers: 2 }, tokenizer: 'bpe' });
});

test('it has the perplexity that it states on the bundled validation text, which is that of its recipe', async () => {
  const { stdout } = await unrolled(
    folder,
    ...['evaluate', sample, resolve('dist/corpus/valid.txt'), '--backend', 'wasm-strict', '--json'],
  );
  const { perplexity, bitsPerCharacter } = JSON.parse(stdout);
  const { results, recipe } = JSON.parse((await unrolled(folder, 'inspect', sample, '--json')).stdout);
  expect(perplexity).toBe(results.validPerplexity);
  expect(bitsPerCharacter).toBeCloseTo(1.853, 3);
  const { band, flags } = recipes.speeches;
  expect(results.test.perplexity).toBeGreaterThan(band.from);
  expect(results.test.perplexity).toBeLessThan(band.to);
  expect(flags).toContain(`--epochs ${recipe.epochs} --backend ${recipe.backend}`);
});

test('it has a unit whose tanh(c) counts the length of the line, more clearly than its h', async () => {
  const backend = await openBackend('wasm-strict');
  const saved = await loadModel(new Uint8Array(readFileSync(sample)), backend);
  const training = new TrainingRecording(saved, readFileSync('dist/corpus/valid.txt', 'utf8'), () => {});
  const { correlations, widths } = await training.read(new AbortController().signal);
  backend.close();
  const strongest = (activation: ActivationName) => {
    const first = columnOf(widths, { layer: 0, unit: 0, activation });
    return Math.max(...correlations.linePosition.slice(first, first + unitCount(widths)).map(Math.abs));
  };
  expect(strongest('tanh-c')).toBeGreaterThan(0.6);
  expect(strongest('tanh-c')).toBeGreaterThan(strongest('h') + 0.1);
});
