import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import { UnrolledError } from '../../src/errors.ts';
import { checkConfig, type RecurrentConfig, toConfigKeys } from '../../src/models/config.ts';
import { configs } from '../../src/models/configs.ts';
import { parameterShapes } from '../../src/models/parameters.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';

const config = { cell: 'rnn', vocabSize: 10, embeddingSize: 4, hiddenSize: 6, layers: 2 } as const;

describe('checkConfig', () => {
  test('returns a complete config unchanged', () => {
    expect(checkConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test.each([null, 7, 'rnn', undefined])('refuses %j, which is not an object', (value) => {
    expect(() => checkConfig(value, 'a.safetensors')).toThrow('a.safetensors: the config is');
  });

  test.each(['vocabSize', 'embeddingSize', 'hiddenSize', 'layers'])('refuses a wrong %s', (name) => {
    for (const size of [0, -1, 1.5, 2 ** 31, '8', null, undefined, [8]]) {
      const call = () => checkConfig({ ...config, [name]: size });
      expect(call).toThrow(UnrolledError);
      expect(call).toThrow(`config: ${name} is ${JSON.stringify(size)}; it must be an integer`);
    }
  });

  test('refuses unknown cells and members', () => {
    expect(() => checkConfig({ ...config, cell: 'lstm2' })).toThrow(
      'config: cell is "lstm2"; it must be one of rnn',
    );
    expect(() => checkConfig({ ...config, dropout: 0.5 })).toThrow(
      "the config has the unknown key 'dropout'",
    );
    expect(() => checkConfig({ ...config, ['__proto__']: 1 })).toThrow(
      "the config has the unknown key '__proto__'",
    );
    expect(() => checkConfig([])).toThrow('vocabSize is undefined');
  });

  test('refuses members that exclude each other, and accepts compatible ones', () => {
    const call = (change: object) => () => checkConfig({ ...config, ...change });
    expect(call({ resetAfter: true })).toThrow(
      'config: resetAfter is true, cell is "rnn"; it needs a cell with a reset gate: gru',
    );
    expect(call({ cell: 'gru', resetAfter: 1 })).toThrow('config: resetAfter is 1; it must be true or false');
    expect(call({ tied: 'yes' })).toThrow('config: tied is "yes"; it must be true or false');
    expect(call({ tied: undefined })).toThrow('config: tied is undefined');
    expect(call({ tied: true, layers: 1 })).toThrow(
      'hiddenSize is 6, embeddingSize is 4; with tied weights, a single layer',
    );
    for (const change of [
      { cell: 'gru', resetAfter: true },
      { tied: true },
      { tied: true, layers: 1, hiddenSize: 4 },
      { tied: false, resetAfter: false },
    ])
      expect(call(change)()).toEqual({ ...config, ...change });
  });

  test('accepts the earlier name of embeddingSize, which files use', async () => {
    const { embeddingSize: wordvecSize, ...rest } = config;
    expect(checkConfig({ ...rest, wordvecSize })).toEqual(config);
    expect(checkConfig({ ...config, wordvecSize: 5 })).toEqual({ ...config, embeddingSize: 5 });
    expect(Object.keys(toConfigKeys(config))).toEqual([
      'cell',
      'vocabSize',
      'wordvecSize',
      'hiddenSize',
      'layers',
    ]);
    const sizes = { vocabSize: 10, wordvecSize, hiddenSize: 6 };
    expect(configs.rnnlm(sizes)).toEqual({ ...config, cell: 'lstm', layers: 1 });
    const model = new RecurrentLM(await openBackend('reference'), { ...rest, wordvecSize });
    expect(model.config).toEqual(config);
  });

  test('is applied to models too', async () => {
    const backend = await openBackend('reference');
    expect(() => new RecurrentLM(backend, { ...config, hiddenSize: 0 })).toThrow(
      'RecurrentLM: hiddenSize is 0; it must be an integer from 1 to 2147483647.',
    );
    expect(backend.arena.bytesUsed).toBe(0);
  });
});

test("the chapter's model has 104,118 numbers at V=418 and D=H=100", async () => {
  const preset = configs.simpleRnnlm({ vocabSize: 418, embeddingSize: 100, hiddenSize: 100 });
  expect(preset).toEqual({ cell: 'rnn', vocabSize: 418, embeddingSize: 100, hiddenSize: 100, layers: 1 });
  expect(new RecurrentLM(await openBackend('wasm', { threads: 1 }), preset).parameterCount).toBe(104_118);
});

test('the numbers of Rnnlm and BetterRnnlm are those of the book', async () => {
  const rnnlm = configs.rnnlm({ vocabSize: 10_000, embeddingSize: 100, hiddenSize: 100 });
  const better = configs.betterRnnlm({ vocabSize: 10_000, embeddingSize: 650, hiddenSize: 650 });
  const count = (preset: RecurrentConfig) =>
    [...parameterShapes(preset)].reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b), 0);
  expect([count(rnnlm), count(better)]).toEqual([2_090_400, 13_275_200]);
});

test('parameter counts include gates, the D units of a tied top layer, and bh of resetAfter', () => {
  const gru = { ...config, cell: 'gru', resetAfter: true, tied: true } as const;
  expect([...parameterShapes(gru)]).toEqual([
    ['embedding.W', [10, 4]],
    ['rnn.0.Wx', [4, 18]],
    ['rnn.0.Wh', [6, 18]],
    ['rnn.0.b', [18]],
    ['rnn.0.bh', [6]],
    ['rnn.1.Wx', [6, 12]],
    ['rnn.1.Wh', [4, 12]],
    ['rnn.1.b', [12]],
    ['rnn.1.bh', [4]],
    ['affine.b', [10]],
  ]);
});

test('cells whose gates depend only on the input have no recurrent weights', () => {
  const names = (cell: RecurrentConfig['cell']) => [...parameterShapes({ ...config, cell, layers: 1 })];
  expect(names('mingru').slice(1, 3)).toEqual([
    ['rnn.0.Wx', [4, 12]],
    ['rnn.0.b', [12]],
  ]);
  expect(names('minlstm').slice(1, 3)).toEqual([
    ['rnn.0.Wx', [4, 18]],
    ['rnn.0.b', [18]],
  ]);
  expect(names('mingru')).toHaveLength(5);
});

test('parameters are named from bottom to top, each recurrent layer by its number', () => {
  expect([...parameterShapes(config)]).toEqual([
    ['embedding.W', [10, 4]],
    ['rnn.0.Wx', [4, 6]],
    ['rnn.0.Wh', [6, 6]],
    ['rnn.0.b', [6]],
    ['rnn.1.Wx', [6, 6]],
    ['rnn.1.Wh', [6, 6]],
    ['rnn.1.b', [6]],
    ['affine.W', [6, 10]],
    ['affine.b', [10]],
  ]);
});
