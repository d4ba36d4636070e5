import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test, vi } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { writeModelFile } from '../../src/models/model-file.ts';
import {
  ApiError,
  type Body,
  type CompletionChunk,
  complete,
  detokenize,
  health,
  listModels,
  openService,
  score,
  serve,
  showModel,
  suggest,
  toApiError,
  tokenize,
  tokenizerInfo,
} from '../../src/serving/index.ts';
import { type Job, run } from '../browser/runs.ts';
import { savedModel, tale } from '../support/served.ts';
import { eventsOf, type Json, openServer, post } from '../support/server.ts';

const saved = {
  words: savedModel('word', tale, { unknown: '<unk>' }),
  bytes: savedModel('byte'),
};
const limits = { promptTokens: 200, maxTokens: 50, streams: 8, queue: 2 };
const open = () =>
  openService(
    Object.entries(saved).map(([id, model]) => serve(id, model)),
    limits,
  );
const server = await openServer(saved, { limits, cacheBytes: 64e6 });
const service = open();

const calls = { complete, score, suggest, tokenize, detokenize } as const;
const paths: Record<keyof typeof calls, string> = {
  complete: '/v1/completions',
  score: '/v1/score',
  suggest: '/v1/suggest',
  tokenize: '/tokenize',
  detokenize: '/detokenize',
};

/** What the server and what the service in the process say: status, body, and the events of a stream. */
async function both(name: keyof typeof calls, body: Body) {
  const over = await post(server.url + paths[name], body);
  const events = body.stream === true && over.status === 200 ? eventsOf(over.text).slice(0, -1) : [];
  const pieces: CompletionChunk[] = [];
  const onPiece = (chunk: CompletionChunk) => void pieces.push(chunk);
  const here = await calls[name](service, body, { onPiece }).then(
    (answer) => ({ status: 200, body: answer, events: pieces }),
    (error) => {
      const { status } = toApiError(error);
      return { status, body: toApiError(error).toJSON(), events: pieces };
    },
  );
  return [{ status: over.status, body: over.body ?? null, events }, here].map(withoutIds);
}

/** What differs by chance or time, as its form alone. */
function withoutIds(answer: object): Json {
  return JSON.parse(JSON.stringify(answer), (key, value) => {
    if (key === 'id' && /^cmpl-[0-9a-f]{32}$/.test(value)) return 'cmpl';
    return key === 'created' ? typeof value : value;
  });
}

describe('an in-process service answers like the HTTP server:', () => {
  const model = 'words';
  test.each<[keyof typeof calls, Body]>([
    ['complete', { model, prompt: 'the old cat', seed: 4, max_tokens: 9, logprobs: 3 }],
    ['complete', { model, prompt: 'the old cat', seed: 4, max_tokens: 9, echo: true, logprobs: 0 }],
    ['complete', { model, prompt: ['the unicorn', [1, 2]], n: 2, seed: -7, top_p: 0.7, stop: ['cat'] }],
    ['complete', { model: 'bytes', prompt: 'thé', seed: 9, temperature: 0, repetition_penalty: 1.2 }],
    [
      'complete',
      { model, prompt: 'it', n: 1, seed: 1, stream: true, stream_options: { include_usage: true } },
    ],
    [
      'complete',
      { model, prompt: 'it', seed: 1, stream: true, stream_options: { continuous_usage_stats: true } },
    ],
    ['complete', { model, prompt: ['it', 'the'], n: 2, best_of: 4, seed: 5, echo: true }],
    ['complete', { model, prompt: 'it', max_tokens: 0, stream: true, echo: true }],
    ['score', { model, text: 'the old cat sat .\nthe zebra', alternatives: 2 }],
    ['score', { model: 'bytes', text: 'héy\n', state: 'line' }],
    ['suggest', { model, text: 'the old c', top: 3 }],
    ['suggest', { model, text: '' }],
    ['tokenize', { model, prompt: 'the old zebra\n', add_special_tokens: false }],
    ['tokenize', { model: 'bytes', prompt: 'thé' }],
    ['detokenize', { model, tokens: [3, 1, 2] }],
    ['complete', { model, n: 0 }],
    ['complete', { model, n: 9 }],
    ['complete', { model, best: 1 }],
    ['complete', { model, seed: 5, logit_bias: { 1: 2, 2: -100 }, frequency_penalty: 1, min_tokens: 3 }],
    ['complete', { model, logit_bias: { 5: 101 } }],
    ['complete', { prompt: 'the' }],
    ['complete', { model: 'nobody' }],
    ['complete', { model, prompt: [99_999] }],
    ['score', { model, text: '' }],
    ['score', { model, text: 'the '.repeat(201) }],
    ['suggest', { model }],
    ['tokenize', { model }],
    ['tokenize', { prompt: 'the' }],
    ['detokenize', { model, tokens: [99_999] }],
  ])('%s %j', async (name, body) => {
    const [there, here] = await both(name, body);
    expect(here).toEqual(there);
  });

  test('the list of models, one of them, and its tokenizer', async () => {
    const ask = async (path: string) => withoutIds((await (await fetch(server.url + path)).json()) as object);
    expect(withoutIds(listModels(service))).toEqual(await ask('/v1/models'));
    expect(withoutIds(showModel(service, 'bytes'))).toEqual(await ask('/v1/models/bytes'));
    expect(() => showModel(service, 'nobody')).toThrow(ApiError);
    expect(tokenizerInfo(service, 'bytes')).toEqual(await ask('/tokenizer_info?model=bytes'));
    expect(() => tokenizerInfo(service)).toThrow('model is missing; it must be one of "words", "bytes".');
  });
});

describe('a call', () => {
  const endless = { model: 'words', max_tokens: 50 };

  test('frees its slots when it ends, with or without an error', async () => {
    const small = open();
    const step = vi.spyOn(saved.words.model, 'step').mockImplementationOnce(() => {
      throw new Error('the model broke');
    });
    await expect(complete(small, { ...endless, n: 8 })).rejects.toThrow('the model broke');
    step.mockRestore();
    const answers = [1, 2, 3].map(() => complete(small, { ...endless, n: 4 }));
    expect(health(small)).toMatchObject({ status: 'ok', streams: 8, queued: 1 });
    await Promise.all(answers);
    expect(health(small)).toMatchObject({ models: ['words', 'bytes'], streams: 0, queued: 0 });
  });

  test('ends when its signal is aborted, and removes its listener', async () => {
    const small = open();
    const controller = new AbortController();
    const { signal } = controller;
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    await complete(small, { ...endless, n: 8 }, { signal });
    expect(add).toHaveBeenCalledOnce();
    expect(remove).toHaveBeenCalledOnce();
    const pieces: CompletionChunk[] = [];
    const onPiece = (chunk: CompletionChunk) => {
      if (pieces.push(chunk) === 3) controller.abort('enough');
      return undefined;
    };
    const stopped = complete(small, { ...endless, stream: true }, { signal, onPiece });
    await expect(stopped).rejects.toBe('enough');
    expect(pieces).toHaveLength(3);
    await expect(score(small, { model: 'words', text: 'the cat' }, { signal })).rejects.toBe('enough');
    expect(health(small).streams).toBe(0);
  });

  test('with a stream waits for onPiece, and fails if it fails', async () => {
    const small = open();
    let [taken, under] = [0, 0];
    const onPiece = async () => {
      expect(++under).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      if (++taken === 5) throw new Error('no more');
    };
    const stopped = complete(small, { ...endless, stream: true }, { onPiece });
    await expect(stopped).rejects.toThrow('no more');
    expect(taken).toBe(5);
    expect(health(small).streams).toBe(0);
  });

  test('with a stream needs onPiece', async () => {
    await expect(complete(service, { ...endless, stream: true })).rejects.toMatchObject({
      name: 'UnrolledError',
      code: 'option-conflict',
    });
  });

  test('passes its slots to the caller if requested', async () => {
    const small = open();
    let release = () => {};
    const onAdmitted = (free: () => void) => {
      release = free;
    };
    await suggest(small, { model: 'words', text: 'the ' }, { onAdmitted });
    expect(health(small).streams).toBe(1);
    release();
    expect(health(small).streams).toBe(0);
  });
});

/** What the bundle uses beside the language itself: all of it is in a page and in a worker. */
const globalsOfPages = {
  ...{ performance, crypto, structuredClone, setTimeout, clearTimeout, TextEncoder, TextDecoder },
  ...{ WebAssembly, URL, AbortController },
};

test('its bundle runs with only the globals of a page', async () => {
  // An import that pages lack fails the build.
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../browser/runs.ts', import.meta.url))],
    bundle: true,
    write: false,
    logLevel: 'silent',
    format: 'iife',
    globalName: 'page',
  });
  const page = createContext(globalsOfPages);
  runInContext(outputFiles[0].text, page);
  expect(runInContext('typeof process + typeof Buffer + typeof setImmediate', page)).toBe(
    'undefined'.repeat(3),
  );
  const reference = await openBackend('reference');
  const file = writeModelFile(savedModel('word', tale, { backend: reference }));
  const job: Job = { kind: 'serve', backend: 'reference', file };
  const there = await runInContext('page', page).run(job);
  expect({ ...there, numbers: [] }).toEqual(await run(job));
});
