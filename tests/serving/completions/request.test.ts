import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../src/serving/api-error.ts';
import { type CompletionRequest, readCompletion } from '../../../src/serving/completions/request.ts';
import type { Body } from '../../../src/serving/fields.ts';
import { served, someLimits } from '../../support/served.ts';

const small = served('the cat sat on the mat\nthe end', { unknown: '<unk>' });
const other = served('a b', { id: 'other' });
const limits = { ...someLimits, promptTokens: 8, maxTokens: 100, streams: 128 };
const V = small.saved.vocabulary.size;
const unknownId = small.saved.vocabulary.unknownId;

const read = (body: Body, models = [small]) => readCompletion(body, models, limits);

/** A request with the name of its model: a difference of two models takes minutes to print. */
const named = ({ model, ...rest }: CompletionRequest) => ({ ...rest, model: model.id });

/** The error that a body is answered with. */
function refused(body: Body, models = [small]): ApiError {
  try {
    read(body, models);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error(`not refused: ${JSON.stringify(body)}`);
}

const noAdjustments = {
  ...{ bias: new Map(), only: [], presencePenalty: 0, frequencyPenalty: 0 },
  ...{ minTokens: 0, endId: -1 },
};
const defaults = {
  model: 'small',
  prompts: [{ text: '', ids: new Int32Array(), unknown: [], isText: true, rest: '' }],
  n: 1,
  bestOf: 1,
  maxTokens: 16,
  minTokens: 0,
  sampling: {
    options: { banned: [unknownId], temperature: 1, repetitionPenalty: 1, repetitionWindow: 64 },
    adjustments: noAdjustments,
  },
  stops: [],
  seed: expect.any(BigInt),
  logprobs: null,
  echo: false,
  stream: false,
  usage: { atEnd: false, always: false },
  began: expect.any(Number),
  cacheScope: '["",""]',
};

describe('a request', () => {
  test("without fields has OpenAI's defaults", () => {
    expect(named(read({}))).toEqual(defaults);
    expect(readCompletion({}, [small], { ...limits, maxTokens: 5 }).maxTokens).toBe(5);
    expect(read({}, [other]).sampling.options.banned).toEqual([]);
  });

  test('with null fields has the defaults too', () => {
    const names =
      'model prompt max_tokens temperature top_p n stop seed logprobs echo stream stream_options top_k min_p ' +
      'typical_p repetition_penalty repetition_window cache_salt user metadata store service_tier best_of suffix ' +
      'presence_penalty frequency_penalty logit_bias min_tokens ignore_eos max_completion_tokens';
    expect(named(read(Object.fromEntries(names.split(' ').map((name) => [name, null]))))).toEqual(defaults);
  });

  test('with all fields has their values', () => {
    const { ids } = read({ prompt: 'the cat' }).prompts[0];
    const body = {
      model: 'small',
      prompt: 'the cat',
      max_tokens: 5,
      max_completion_tokens: 5,
      min_tokens: 3,
      ignore_eos: true,
      logit_bias: { 1: -7.5, 2: 100, 3: -100 },
      presence_penalty: -2,
      frequency_penalty: 0.5,
      temperature: 0,
      top_p: 0.5,
      n: 128,
      best_of: 128,
      stop: ['x', '\n'],
      seed: 7,
      logprobs: 20,
      echo: true,
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      top_k: 3,
      min_p: 0.1,
      typical_p: 0.9,
      repetition_penalty: 1.2,
      repetition_window: 9,
      user: 'somebody',
      metadata: { a: 'b' },
      store: true,
      service_tier: 'auto',
      cache_salt: 'ours',
    };
    expect(named(read(body, [other, small]))).toEqual({
      model: 'small',
      prompts: [{ text: 'the cat', ids, unknown: [], isText: true, rest: '' }],
      n: 128,
      bestOf: 128,
      maxTokens: 5,
      minTokens: 3,
      sampling: {
        options: {
          banned: [unknownId, 3],
          temperature: 0,
          topP: 0.5,
          topK: 3,
          minP: 0.1,
          typical: 0.9,
          repetitionPenalty: 1.2,
          repetitionWindow: 9,
        },
        adjustments: {
          ...{ bias: new Map([[1, -7.5]]), only: [2], presencePenalty: -2, frequencyPenalty: 0.5 },
          ...{ minTokens: Number.POSITIVE_INFINITY, endId: -1 },
        },
      },
      stops: ['x', '\n'],
      seed: 7n,
      logprobs: 20,
      echo: true,
      stream: true,
      usage: { atEnd: true, always: true },
      began: expect.any(Number),
      cacheScope: '["","ours"]',
    });
  });

  test('with probabilities of 0 keeps the most likely token', () => {
    const { topP, typical } = read({ top_p: 0, typical_p: 0 }).sampling.options;
    expect([topP, typical]).toEqual([Number.MIN_VALUE, Number.MIN_VALUE]);
  });

  test('with a top_k of 0 or -1 has none', () => {
    for (const top_k of [0, -1]) expect(named(read({ top_k }))).toEqual(defaults);
  });

  test('may give max_tokens by its other name, or twice', () => {
    expect(read({ max_completion_tokens: 7 }).maxTokens).toBe(7);
    expect(read({ max_tokens: 7, max_completion_tokens: 7 }).maxTokens).toBe(7);
    const error = refused({ max_tokens: 7, max_completion_tokens: 8 });
    expect([error.status, error.details.param]).toEqual([400, 'max_completion_tokens']);
    expect(error.message).toBe('max_completion_tokens is 8; it must be the value of max_tokens, 7.');
  });

  test('may have a best_of of at least n, which is n in a stream', () => {
    expect(named(read({ n: 2, best_of: 5 }))).toMatchObject({ n: 2, bestOf: 5 });
    expect(refused({ n: 2, best_of: 1 }).message).toBe('best_of is 1; it must be at least n, 2.');
    const streamed = refused({ n: 2, best_of: 3, stream: true });
    expect(streamed.message).toBe('best_of is 3; it must be the value of n in a stream, 2.');
    expect(refused({ prompt: ['the', 'cat'], best_of: 65 }).code).toBe('too_many_choices');
  });

  test('must leave a token to generate', () => {
    const bans = (ids: number[]) => Object.fromEntries(ids.map((id) => [id, -100]));
    const all = Array.from({ length: V }, (_, id) => id);
    const last = all.filter((id) => id !== unknownId).at(-1) as number;
    expect(read({ logit_bias: bans(all.filter((id) => id !== last)) }).sampling.options.banned).toContain(0);
    for (const logit_bias of [bans(all), { [unknownId]: 100 }, { ...bans([0]), [unknownId]: 100 }]) {
      const error = refused({ logit_bias });
      expect([error.status, error.details.param]).toEqual([400, 'logit_bias']);
      expect(error.message).toMatch(/it must be an object that leaves a token to generate\.$/);
    }
  });

  test('accepts one stop string, or none', () => {
    expect(read({ stop: '.' }).stops).toEqual(['.']);
    expect(read({ stop: [] }).stops).toEqual([]);
  });

  test('distinguishes logprobs of 0 from none', () => {
    expect(read({ logprobs: 0 }).logprobs).toBe(0);
  });
});

describe('an out-of-range field is refused and named:', () => {
  const tooMany = new Array(17).fill('x');
  const biasesOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, id) => [id, 1]));
  test.each<[string, unknown[]]>([
    ['n', [0, 129, 1.5, '1', true, -1, []]],
    ['best_of', [129, 0, '1']],
    ['max_tokens', [-1, 101, 1.5, '5', true]],
    ['temperature', [-0.1, 101, '1', false, Number.POSITIVE_INFINITY]],
    ['top_p', [-0.1, 1.1, '1']],
    ['min_p', [-0.1, 1.1, '1']],
    ['typical_p', [-0.1, 1.1, '1']],
    ['top_k', [1.5, -2, 2 ** 31, '4']],
    ['max_completion_tokens', [-1, 101, '5']],
    ['min_tokens', [-1, 17, 101, 1.5, '5']],
    ['ignore_eos', [1, 'true']],
    ['presence_penalty', [-2.1, 2.1, '0', {}]],
    ['frequency_penalty', [-2.1, 2.1, '0', []]],
    ['logit_bias', [5, '', [], { a: 1 }, { 1.5: 1 }, { '-1': 1 }, { 1: 101 }, { 1: -101 }, { 1: '5' }]],
    ['logit_bias', [{ [V]: 1 }, { 9999999999: 1 }, { 1: null }, biasesOf(1025)]],
    ['repetition_penalty', [0, -1, 101, '1']],
    ['repetition_window', [0, 1.5, '4']],
    ['stop', ['', ['x', ''], tooMany, 5, [5], {}, [['x']]]],
    ['seed', [1.5, '1', 2 ** 64, -(2n ** 63n) - 1n, true, Number.NaN]],
    ['logprobs', [-1, 21, 1.5, true, '5']],
    ['echo', [1, 'true', {}]],
    ['stream', [1, 'true', []]],
    ['stream_options', [1, 'x', [], [true]]],
    ['prompt', [5, true, {}, [], [null], [1, 'a'], ['a', 1], [{}], [[['a']]], [[1, 'a']]]],
    ['prompt', [[-1], [V], [1.5], [[V]], ['a', [V]], [[1, null]]]],
    ['model', [5, true, [], {}]],
  ])('%s', (name, values) => {
    for (const value of values) {
      const error = refused({ [name]: value });
      expect([error.status, error.details.param], String(value)).toEqual([400, name]);
      expect(error.message).toContain(name);
    }
  });

  test('include_usage', () => {
    const stream = true;
    const error = refused({ stream, stream_options: { include_usage: 'yes' } });
    expect([error.status, error.details.param]).toEqual([400, 'include_usage']);
    expect(read({ stream, stream_options: { include_usage: null } }).usage.atEnd).toBe(false);
  });

  test("in the format of OpenAI's API", () => {
    const { message } = refused({ n: 0 });
    expect(message).toBe('n is 0; it must be an integer from 1 to 128.');
    expect(refused({ n: 0 }).toJSON()).toEqual({
      error: { message, type: 'invalid_request_error', param: 'n', code: 'invalid_value' },
    });
  });

  test('with a short message for any length of the value', () => {
    expect(refused({ n: 'x'.repeat(1e5) }).message.length).toBeLessThan(200);
  });
});

describe('fields', () => {
  test('that are unknown are refused', () => {
    for (const name of ['max_token', 'messages', '__proto__', 'constructor', '']) {
      const error = refused(JSON.parse(`{${JSON.stringify(name)}: 1}`));
      expect([error.status, error.code, error.details.param]).toEqual([400, 'unknown_field', name]);
    }
  });

  test('of stream_options are checked, and need a stream', () => {
    const stream = true;
    const error = refused({ stream, stream_options: { foo: 1 } });
    expect([error.code, error.details.param]).toEqual(['unknown_field', 'foo']);
    expect(error.message).toContain('not a field of stream_options; its fields are include_usage');
    for (const options of [{}, { include_usage: true }]) {
      for (const body of [{}, { stream: false }, { stream: null }]) {
        const alone = refused({ ...body, stream_options: options });
        expect([alone.status, alone.details.param]).toEqual([400, 'stream_options']);
      }
    }
    expect(read({ stream, stream_options: { include_obfuscation: false } }).usage.atEnd).toBe(false);
    expect(refused({ stream, stream_options: { include_obfuscation: true } }).code).toBe('unsupported');
  });

  test('that are not supported are accepted without effect, and refused otherwise', () => {
    expect(named(read({ suffix: '' }))).toEqual(defaults);
    for (const suffix of ['x', [], 5]) {
      const error = refused({ suffix });
      expect([error.status, error.code, error.details.param]).toEqual([400, 'unsupported', 'suffix']);
      expect(error.message).toContain('suffix');
    }
  });

  test('that are unknown or not supported are ignored and named for a caller that asks for it', () => {
    const names: string[] = [];
    const stream_options = { include_usage: true, include_obfuscation: true, c: 2 };
    const body = { a: 1, suffix: 'x', stream: true, stream_options, user: 'somebody' };
    const request = readCompletion(body, [small], limits, { onIgnored: (name) => names.push(name) });
    expect(named(request)).toEqual({ ...defaults, stream: true, usage: { atEnd: true, always: false } });
    expect(names).toEqual(['a', 'stream_options.c', 'stream_options.include_obfuscation', 'suffix']);
    const refusing = () => readCompletion({ a: 1, n: 0 }, [small], limits, { onIgnored: () => {} });
    expect(refusing).toThrow('n is 0; it must be');
  });
});

describe('a model', () => {
  test('may be omitted if there is only one', () => {
    expect(refused({}, [small, other]).message).toBe('model is missing; it must be one of "small", "other".');
    expect(read({ model: 'other' }, [small, other]).model).toBe(other);
  });

  test('that does not exist gets a 404, even if there is only one', () => {
    const error = refused({ model: 'large' });
    expect([error.status, error.code, error.details.param]).toEqual([404, 'model_not_found', 'model']);
    expect(error.message).toContain('no model "large"; this server has "small"');
  });
});
