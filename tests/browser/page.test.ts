import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, createLogger } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BPETrainer,
  configs,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  writeModelFile,
} from '../../src/index.ts';
import '../support/backends.ts'; // relaxed SIMD on Node 20
import { trainingData } from '../support/models.ts';
import { pseudoText } from '../support/pseudo-text.ts';
import { savedModel } from '../support/served.ts';
import { closePages, openChromium } from './chromium.ts';
import type { Request } from './page/worker.ts';
import { type Result, run } from './runs.ts';
import { serve } from './serve.ts';

const root = fileURLToPath(new URL('./page', import.meta.url));
const text = pseudoText(1, 1000, 1000);
const { browser, reason } = await openChromium();

/** A model file with whatever weights: reading it is what is tested. */
async function modelFile(): Promise<Uint8Array> {
  const { vocabulary, model } = trainingData(300, 80);
  return writeModelFile({
    model: model(await openBackend('wasm-strict', { threads: 1 }), 5, { layers: 2 }),
    tokenizer: openTokenizer('word'),
    vocabulary,
    recipe: null,
    corpus: null,
    results: null,
    extras: new Map(),
  });
}

/** The same of byte-level BPE. */
async function piecesFile(): Promise<Uint8Array> {
  const trainer = new BPETrainer({ vocabSize: 300 });
  trainer.push(text);
  const tokenizer = trainer.train();
  const vocabulary = tokenizer.fixedVocabulary()!;
  const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 8, hiddenSize: 8 });
  const model = new RecurrentLM(await openBackend('wasm-strict', { threads: 1 }), config, new Random(1));
  return writeModelFile({
    ...{ model, tokenizer, vocabulary },
    ...{ recipe: null, corpus: null, results: null, extras: new Map() },
  });
}

describe.skipIf(browser === null)(`in a page${reason && ` (${reason})`}`, () => {
  const problems: string[] = [];
  const servers: Server[] = [];
  let folder: string;
  let file: Uint8Array;
  let served: Uint8Array;
  let pieces: Uint8Array;
  let plain: Page;
  let isolated: Page;

  const openPage = async (options: { isolated: boolean }): Promise<Page> => {
    const files = new Map([
      ['/model.safetensors', file],
      ['/served.safetensors', served],
      ['/pieces.safetensors', pieces],
    ]);
    const { server, origin } = await serve(folder, files, options);
    servers.push(server);
    const page = await browser!.newPage();
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(origin);
    return page;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unrolled-page-'));
    file = await modelFile();
    served = writeModelFile(savedModel('word'));
    pieces = await piecesFile();
    const customLogger = { ...createLogger('silent'), warn: (message: string) => problems.push(message) };
    // On a busy machine the bundler warns that it was slow.
    const rolldownOptions = { checks: { bundlerTimings: false } };
    const output = { outDir: folder, emptyOutDir: true, rolldownOptions };
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      customLogger,
      build: output,
      worker: { format: 'es', rolldownOptions },
    });
    plain = await openPage({ isolated: false });
    isolated = await openPage({ isolated: true });
  });

  afterAll(async () => {
    await closePages();
    for (const server of servers) server.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const runIn = (page: Page, request: Request): Promise<Result> =>
    page.evaluate((given) => globalThis.runInWorker(given), request);

  test.each([
    ['wasm-strict', 'strict'],
    ['wasm', 'relaxed'],
  ])('%s trains in a worker with the losses of Node, bit for bit', async (backend, simd) => {
    const job = { kind: 'train', backend, threads: 1, text } as const;
    const [there, here] = [await runIn(plain, job), await run(job)];
    expect(there.description).toBe(`wasm, float32, ${simd} SIMD, 1 thread`);
    expect(there).toEqual(here);
    expect(there.numbers).toHaveLength(5 * 19);
    expect(there.numbers[94]).toBeLessThan(there.numbers[0] - 0.5);
  });

  test('trainText in a page writes the same model file as in Node, byte for byte', async () => {
    const job = { kind: 'recipe', backend: 'wasm-strict', text } as const;
    const [there, here] = [await runIn(plain, job), await run(job)];
    expect(there.numbers.length).toBeGreaterThan(10_000);
    expect(there).toEqual(here);
  });

  test('two threads of a cross-origin isolated page give the same losses', async () => {
    const job = { kind: 'train', backend: 'wasm-strict', text } as const;
    const there = await runIn(isolated, { ...job, threads: 2 });
    expect(there.description).toBe('wasm, float32, strict SIMD, 2 threads');
    expect(there.numbers).toEqual((await run({ ...job, threads: 1 })).numbers);
  });

  test('a page that is not isolated says why it has one thread', async () => {
    const job = { kind: 'train', backend: 'wasm-strict', threads: 2, text } as const;
    expect((await runIn(plain, job)).description).toBe(
      'wasm, float32, strict SIMD, 1 thread (the page is not cross-origin isolated)',
    );
  });

  test('a model file written in Node generates the same ids', async () => {
    const job = { kind: 'generate', backend: 'wasm-strict' } as const;
    const there = await runIn(plain, { ...job, url: '/model.safetensors' });
    expect(there).toEqual(await run({ ...job, file }));
    expect(new Set(there.numbers).size).toBeGreaterThan(10);
  });

  test.each([
    ['words', '/served.safetensors', () => served],
    ['byte-level BPE', '/pieces.safetensors', () => pieces],
  ])('a service of %s answers completions, scores and suggestions as in Node', async (_, url, bytes) => {
    const job = { kind: 'serve', backend: 'wasm-strict' } as const;
    const there = await runIn(plain, { ...job, url });
    expect(there).toEqual(await run({ ...job, file: bytes() }));
    expect(there.answers).toContain('"half":"a"');
  });

  test('the bundle runs without errors under the content security policy', async () => {
    expect(problems).toEqual([]);
    const title = await plain.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "an inline script ran"';
      document.head.append(script);
      return document.title;
    });
    expect(title).toBe('unrolled in a page');
  });
});
