import { describe, expect, test } from 'vitest';
import { flopsPerToken, tokensPerStep, trainConfigs } from '../../bench/configs.ts';
import type { Machine } from '../../bench/machine.ts';
import { slugOf } from '../../bench/machine.ts';
import { drawSpeed } from '../../bench/picture.ts';
import type { Row } from '../../bench/race.ts';
import { digits, formatTable, reportTraining } from '../../bench/report.ts';
import { bestOf, oursIn, type TrainResult } from '../../bench/results.ts';
import { judge } from '../../bench/targets.ts';

const machine: Machine = {
  cpu: 'Some <CPU> (R) @ 3 GHz',
  cores: 2,
  memoryBytes: 1,
  system: 'Linux',
  node: '20.20.2',
  commit: 'abc',
  date: '2026-01-02T03:04:05.000Z',
};

function row(name: string, family: Row['family'], threads: number, perSecond: number): Row {
  const summary = { median: perSecond, min: perSecond, max: perSecond, rounds: 3 };
  return { name, family, threads, description: '', perSecond: summary, peakBytes: 123_000_000 };
}

const rows = [
  row('blas, 1 thread', 'ours', 1, 100),
  row('blas, 2 threads', 'ours', 2, 180),
  row('wasm, 2 threads', 'ours', 2, 90),
  row('pytorch 1, 1 thread', 'pytorch', 1, 60),
  row('pytorch 1, 2 threads', 'pytorch', 2, 40),
];
const result: TrainResult = { name: 'rnn-650', job: trainConfigs['rnn-650'], race: { rows, absent: [] } };

test('the operations per token are those of the matrix products of all layers', () => {
  expect(flopsPerToken(trainConfigs.chapter)).toBe(6 * (100 * 100 + 100 * 100 + 100 * 418));
  expect(flopsPerToken(trainConfigs['rnn-650'])).toBe(6 * (4 * 650 * 650 + 650 * 10_000));
  expect(flopsPerToken(trainConfigs['lstm-650'])).toBe(6 * (16 * 650 * 650 + 650 * 10_000));
  expect(flopsPerToken(trainConfigs['gru-200'])).toBe(6 * (12 * 200 * 200 + 200 * 10_000));
});

test('a contender without batches trains on T tokens per step, the others on N·T', () => {
  expect(tokensPerStep(trainConfigs.chapter)).toBe(50);
  expect(tokensPerStep(trainConfigs.chapter, true)).toBe(5);
});

test('rows are found by backend and threads, and the best of a family by its speed', () => {
  expect(oursIn(result.race, 'blas', 2)?.perSecond.median).toBe(180);
  expect(oursIn(result.race, 'wasm', 1)).toBeUndefined();
  expect(bestOf(result.race, 'pytorch')?.name).toBe('pytorch 1, 1 thread');
});

describe('the verdicts', () => {
  const flops = 200 * flopsPerToken(result.job);
  const peak = { by: 'blas', flopsPerCore: flops / 2, cores: 2, flops, flopsTogether: flops };
  const verdicts = judge({ training: [result], generation: [], peak });
  const about = (what: string) => verdicts.find((verdict) => verdict.what.startsWith(what));

  test("use PyTorch's best result and the target's number of threads", () => {
    expect(about("rnn-650: blas, 2 threads ÷ PyTorch's")).toMatchObject({ wanted: 1.7, got: 3, met: true });
    expect(about("rnn-650: wasm, 2 threads ÷ PyTorch's")).toMatchObject({ wanted: 0.8, got: 1.5, met: true });
    expect(about('rnn-650: blas, 2 threads ÷ 1')).toMatchObject({ got: 1.8, met: true });
  });

  test('compare the operations with the peak', () => {
    expect(about('rnn-650: blas, 2 threads ÷ the')).toMatchObject({ wanted: 0.75, got: 0.9, met: true });
  });

  test('are open if something was not measured', () => {
    expect(about('rnn-650: wasm, 2 threads ÷ 1')).toMatchObject({ got: null, met: null });
    expect(about("rnn-650: blas, 2 threads ÷ TensorFlow.js's")).toMatchObject({ got: null, met: null });
  });

  test('apply to the LSTM as to the RNN, except for TensorFlow.js, and not to the GRU', () => {
    const [lstm, gru] = ['lstm-650', 'gru-650'].map((name) => {
      const training = [{ name, job: trainConfigs[name], race: result.race }];
      return judge({ training, generation: [], peak }).map(({ what }) => what);
    });
    expect(lstm).toHaveLength(5);
    expect(lstm.join()).not.toContain('TensorFlow');
    expect(gru).toEqual([]);
  });

  test('are not met just below the target', () => {
    const slow = {
      ...result,
      race: { ...result.race, rows: [row('blas, 2 threads', 'ours', 2, 101), rows[3]] },
    };
    const [verdict] = judge({ training: [slow], generation: [], peak });
    expect(verdict).toMatchObject({ wanted: 1.7, met: false });
  });
});

test('the first column of a table is left-aligned, the others right-aligned', () => {
  expect(
    formatTable([
      ['', 'ms'],
      ['a', '1'],
      ['bcd', '1,000'],
    ]),
  ).toBe(['        ms', '───  ─────', 'a        1', 'bcd  1,000'].join('\n'));
  expect([0.034, 9.999, 12.34, 1234.5].map(digits)).toEqual(['0.03', '10.00', '12.3', '1,235']);
});

test('the table of a configuration shows the speed ratio', () => {
  const line = reportTraining(result, null)
    .split('\n')
    .find((line) => line.startsWith('pytorch 1, 1'));
  expect(line).toMatch(/ 60\.0 .* 123 +3 +3\.00× +1\.50×$/);
});

test('a machine is named after its processor and its cores', () => {
  expect(slugOf(machine)).toBe('some-cpu-r-3-ghz-2-cores');
});

test('the picture has one bar for each backend and peer, ours first, and escapes what it quotes', () => {
  const svg = drawSpeed({ machine, training: [result] });
  expect([...svg.matchAll(/<rect class="(\w+)"/g)].map(([, kind]) => kind)).toEqual(['ours', 'ours', 'peer']);
  expect(svg).toContain('Unrolled blas, 2 threads');
  expect(svg).toContain('Some &lt;CPU>');
  expect(svg).toContain('prefers-color-scheme: dark');
});
