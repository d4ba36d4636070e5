import { describe, expect, test } from 'vitest';
import * as U from '../../src/index.ts';
import { backend, batches, file, later, prompt, saved, small, text } from './small-model.ts';

const { model, vocabulary } = saved;
const random = new U.Random(1);
const still = model.clone();

describe('arguments from plain JavaScript', () => {
  test('a plain list of ids is accepted', async () => {
    const ids = [1, 2];
    const one = await U.beamSearch(model, { prompt: ids, width: 1, length: 2 });
    expect(one).toEqual(await U.beamSearch(model, { prompt, width: 1, length: 2 }));
    expect([...model.step(ids, [model.state()]).values()]).toEqual([
      ...model.step(prompt, [model.state()]).values(),
    ]);
    const written: number[] = [];
    for await (const id of U.generate(model, { prompt: ids, random: new U.Random(1), length: 3 }))
      written.push(id);
    expect(written).toHaveLength(3);
  });

  test.each([
    [
      'a text',
      'a b',
      'the prompt is a string; it must be an Int32Array of ids. Pass saved.encode(text).ids.',
    ],
    ['a fraction', [1, 1.5], 'an id of the prompt is 1.5'],
    ['nothing', undefined, 'the prompt is undefined'],
  ])('%s instead of ids is refused', async (_, wrong, message) => {
    const options = { prompt: wrong as never, random };
    await expect(U.generate(model, options).next()).rejects.toThrow(`generate: ${message}`);
    await expect(U.beamSearch(model, { ...options, width: 1, length: 1 })).rejects.toThrow(
      `beamSearch: ${message}`,
    );
  });

  test('a missing random and a missing await are reported', async () => {
    await expect(U.generate(model, { prompt } as never).next()).rejects.toThrow(
      'generate: random is undefined; it must be a Random. Pass new Random(seed).',
    );
    await expect(U.generateText(later as never, 'a')).rejects.toThrow(
      'generateText: the saved model is a Promise; it must be a SavedModel. Await it.',
    );
    expect(() => new U.SGD(U.openBackend('reference') as never, { lr: 1 })).toThrow(
      'SGD: the backend is a Promise; it must be an opened backend. Await it.',
    );
    await expect(U.train(saved as never, {} as never).next()).rejects.toThrow('Pass its model: saved.model.');
  });

  test('an invalid setting is refused with its value, whatever its type', () => {
    const itself: Record<string, unknown> = {};
    itself.self = itself;
    for (const [lr, words] of [
      [5n, '5'],
      [Symbol('rate'), 'Symbol(rate)'],
      [itself, 'an Object'],
      [() => 1, 'a function'],
      [model, 'a RecurrentLM'],
      ['0.1', '"0.1"'],
    ]) {
      expect(() => U.constant({ lr: lr as never })).toThrow(`constant: lr is ${String(words)}; it must be`);
    }
  });

  test('invalid parts of a run are refused before it begins', async () => {
    const optimizer = new U.SGD(backend, { lr: 0.1 });
    for (const name of ['schedule', 'average', 'signal', 'notice']) {
      const options = { batches: batches(), optimizer, epochs: 1, [name]: 0.1 };
      await expect(U.train(still, options as never).next()).rejects.toThrow(`train: ${name} is 0.1`);
    }
    for (const name of ['onEvent', 'signal', 'openBackend', 'store']) {
      await expect(U.trainText(text, { ...small, [name]: {} } as never)).rejects.toThrow('is an Object');
    }
  });

  test('ids outside the vocabulary are refused by every function', () => {
    for (const id of [-1, vocabulary.size, 2 ** 40, Number.NaN]) {
      expect(() => model.step([id], [model.state()])).toThrow(U.UnrolledError);
    }
  });

  test('a second train() of a model is refused until the first ends, however it ends', async () => {
    const options = () => ({
      batches: batches(),
      optimizer: new U.SGD(backend, { lr: 0.1 }),
      epochs: 1,
      clip: 1,
    });
    const run = U.train(still, options());
    await run.next();
    await expect(U.train(still, options()).next()).rejects.toMatchObject({
      code: 'call-order',
      message: expect.stringContaining('another train() of this model is still running'),
    });
    await run.return();
    for await (const _ of U.train(still, options())) break;
    await expect(U.train(still, { ...options(), clip: -1 }).next()).rejects.toThrow('clip');
    for await (const _ of U.train(still, options())) break;
  });

  test('a model file may be any kind of bytes, including a slice of a pool', async () => {
    const pool = new Uint8Array(file.length + 100);
    pool.set(file, 50);
    const slice = pool.subarray(50, 50 + file.length);
    const view = new DataView(pool.buffer, 50, file.length);
    for (const source of [slice, view, Buffer.from(file), file.slice().buffer, new Blob([file.slice()])]) {
      expect((await U.loadModel(source as never, backend)).vocabulary.size).toBe(vocabulary.size);
    }
    for (const source of [slice, view, file.slice().buffer]) {
      expect(U.readModelFile(source as never, backend).vocabulary.size).toBe(vocabulary.size);
    }
    const missing = new Response('<!doctype html><title>404</title>', { status: 404 });
    await expect(U.loadModel(missing, backend)).rejects.toMatchObject({ code: 'file-missing' });
    const page = new Response('<!doctype html><title>Sign in</title>');
    await expect(U.loadModel(page, backend)).rejects.toMatchObject({ code: expect.stringMatching(/^file-/) });
  });
});
