import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { percentile } from '../../bench/measure.ts';
import { randomText, writeModel } from '../../bench/serve/model.ts';
import { soak } from '../../bench/serve/verdict.ts';
import { Corpus, logitsAfter, openBackend, Random, readModelFile } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a percentile', () => {
  test('is the smallest value with at least that fraction of the values up to it, in any order', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile([10, 9], 0.99)).toBe(10);
  });

  test('of an empty list is NaN', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

test('the model of the load test opens, knows its words, and continues different texts differently', async () => {
  const file = await writeModel(folder, { words: 50, width: 8 });
  const saved = readModelFile(readFileSync(file), await openBackend('wasm', { threads: 1 }));
  const idsOf = (text: string) => Corpus.encode(text, saved.tokenizer, saved.vocabulary).ids;
  const ids = idsOf(randomText(new Random(1), 200, 50));
  expect(ids).toHaveLength(200);
  expect(ids).not.toContain(saved.vocabulary.unknownId);
  const [one, other] = ['w1 w2', 'w3 w2'].map((text) => logitsAfter(saved.model, idsOf(text)));
  expect(Math.max(...one.map((score, id) => Math.abs(score - other[id])))).toBeGreaterThan(0.01);
});

test('a small soak finds nothing wrong', async () => {
  const samples: number[] = [];
  const { results, compared, faults } = await soak({ requests: 60, seed: 2 }, ({ memoryBytes }) =>
    samples.push(memoryBytes),
  );
  expect(faults).toEqual([]);
  expect(results.get('/v1/completions: 200')).toBeGreaterThan(10);
  expect(compared).toBeGreaterThan(0);
  expect(samples.length).toBeGreaterThan(20);
  expect(Math.min(...samples)).toBeGreaterThan(10e6);
}, 180_000);
