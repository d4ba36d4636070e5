import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { readModelFile } from '../../../src/models/model-file.ts';

const golden = (name: string) => new URL(`../../golden/runs/${name}`, import.meta.url);
const saved = readModelFile(
  readFileSync(golden('lstm-tied.safetensors')),
  await openBackend('wasm-strict', { threads: 1 }),
);
const expected = JSON.parse(readFileSync(golden('lstm-tied.json'), 'utf8'));

test('generates the same text as the command line', async () => {
  const options = { length: 30, seed: 5, temperature: 0.9 };
  const { prompt, text } = expected.drawn;
  expect(await generateText(saved, prompt, { ...options, echo: false })).toBe(` ${text}`);
  expect(await generateText(saved, prompt, options)).toBe(`${prompt} ${text}`);
  const cuts = { topP: 0.8, repetitionPenalty: 1.3 };
  expect(await generateText(saved, '', { ...options, ...cuts })).toBe(expected.cut.text);
});

test('the pieces arrive as they are generated, and form the text', async () => {
  const pieces: string[] = [];
  const text = await generateText(saved, 'the', { length: 8, onText: (piece) => pieces.push(piece) });
  expect(pieces.length).toBeGreaterThan(4);
  expect(pieces.join('')).toBe(text);
});

test('stops before a stop string, and when aborted', async () => {
  const whole = await generateText(saved, 'the', { length: 40 });
  const cut = await generateText(saved, 'the', { length: 40, stop: '\n' });
  expect(cut).toBe(whole.slice(0, whole.indexOf('\n')));
  const controller = new AbortController();
  const onText = () => controller.abort();
  const aborted = await generateText(saved, 'the', { length: 1000, signal: controller.signal, onText });
  expect(whole.startsWith(aborted) || aborted.startsWith(whole)).toBe(true);
  expect(aborted.length).toBeLessThan(whole.length);
});

test.each([
  [{ length: 0 }, 'generateText: length is 0; it must be a positive integer.'],
  [{ seed: -1 }, 'generateText: seed is -1; it must be an integer from 0 to 4294967295.'],
  [{ topP: 0 }, 'sample: topP is 0'],
])('%j is refused', async (options, message) => {
  await expect(generateText(saved, 'the', options)).rejects.toThrow(message);
});
