import { expect, test } from 'vitest';
import { type Pattern, PatternSearch, patternOf } from '../../../lab/src/engine/activations/patterns.ts';
import { Random } from '../../../src/tensor/random.ts';

const U = 6;
const ends = { before: null, after: null };

/** Rows from strings, one a unit: `+` is 0.9, `-` is −0.9, `.` is 0.1. */
function drawn(...units: readonly string[]): Float32Array {
  const value = { '+': 0.9, '-': -0.9, '.': 0.1 };
  const T = units[0].length;
  const rows = new Float32Array(T * units.length);
  units.forEach((marks, u) => {
    for (let t = 0; t < T; t++) rows[t * units.length + u] = value[marks[t] as '+'];
  });
  return rows;
}

function search(pattern: Pattern, rows: Float32Array, width: number, block = 5, most = 10) {
  const found = new PatternSearch(pattern, width, most);
  for (let at = 0; at < rows.length; at += block * width) found.add(rows.subarray(at, at + block * width));
  return found.end();
}

test('a pattern has the units that keep above the threshold, or below its negative, throughout the range', () => {
  const rows = drawn('+++', '---', '+.+', '+-+', '...');
  const loose = patternOf(rows, { units: 5, width: 5 }, ends, { threshold: 0.5, isBounded: false });
  expect(loose.units).toEqual([
    { unit: 0, sign: 1 },
    { unit: 1, sign: -1 },
  ]);
  const neighbours = { before: drawn('.', '-', '+', '+', '.'), after: drawn('.', '.', '.', '.', '.') };
  const bounded = patternOf(rows, { units: 5, width: 5 }, neighbours, { threshold: 0.5, isBounded: true });
  expect(bounded.units).toEqual([{ unit: 0, sign: 1 }]);
  const first = patternOf(rows, { units: 1, width: 5 }, ends, { threshold: 0.5, isBounded: false });
  expect(first.units).toEqual([{ unit: 0, sign: 1 }]);
});

const units = [
  { unit: 0, sign: 1 },
  { unit: 1, sign: -1 },
  { unit: 2, sign: 1 },
] as const;
const quiet = '.'.repeat(60);

test('a known pattern is found: all units together first, then two of three', () => {
  const rows = drawn(`${quiet}+++${quiet}+++.`, `${quiet}---${quiet}---.`, `${quiet}+++${quiet}....`);
  const pattern = { units, length: 3, threshold: 0.5, isBounded: false };
  expect(search(pattern, rows, 3)).toEqual([
    { first: 60, last: 62, agreeing: [0, 1, 2], score: 1 },
    { first: 123, last: 125, agreeing: [0, 1], score: 2 / 3 },
  ]);
});

test('with bounds, the units must become active and inactive together', () => {
  const rows = drawn(
    `${quiet}+++++++++${quiet}.+++.${quiet}+++`,
    `${quiet}---------${quiet}.---.${quiet}---`,
    `${quiet}+++++++++${quiet}++++.${quiet}+++`,
  );
  const pattern = { units, length: 3, threshold: 0.5, isBounded: true };
  expect(search(pattern, rows, 3)).toEqual([
    { first: 194, last: 196, agreeing: [0, 1, 2], score: 1 },
    { first: 130, last: 132, agreeing: [0, 1], score: 2 / 3 },
  ]);
});

test('a shorter range counts in proportion, down to half of the length', () => {
  const rows = drawn(`${quiet}++${quiet}+++`, `${quiet}--${quiet}-..`, `${quiet}++${quiet}++.`);
  const pattern = { units, length: 4, threshold: 0.5, isBounded: false };
  expect(search(pattern, rows, 3)).toEqual([
    { first: 60, last: 61, agreeing: [0, 1, 2], score: 0.5 },
    { first: 122, last: 123, agreeing: [0, 2], score: (2 / 3) * 0.5 },
  ]);
});

test.each([false, true])(
  'in a random text, the best score is that of all ranges (bounds: %s)',
  (isBounded) => {
    const random = new Random(11);
    const [T, length] = [800, 4];
    const pattern = patternOf(
      drawn('++++', '++++', '----', '----', '++++', '++++'),
      { units: U, width: U },
      ends,
      {
        threshold: 0.5,
        isBounded,
      },
    );
    const rows = new Float32Array(T * U);
    let driver = 0;
    for (let t = 0; t < T; t++) {
      driver = 0.7 * driver + 0.7 * random.normal();
      for (const { unit, sign } of pattern.units) rows[t * U + unit] = sign * driver + 0.15 * random.normal();
    }
    const active = (u: number, t: number) =>
      t >= 0 && t < T && pattern.units[u].sign * rows[t * U + u] >= 0.5;
    const agreeingOf = (first: number, m: number) =>
      [...pattern.units.keys()].filter((u) => {
        for (let t = first; t < first + m; t++) if (!active(u, t)) return false;
        return !isBounded || !(active(u, first - 1) || active(u, first + m));
      });
    let best = 0;
    for (let m = 2; m <= 2 * length; m++) {
      for (let first = 0; first + m <= T; first++) {
        const agreeing = agreeingOf(first, m).length;
        if (2 * agreeing > U)
          best = Math.max(best, ((agreeing / U) * Math.min(m, length)) / Math.max(m, length));
      }
    }
    const matches = search(pattern, rows, U, 64);
    expect(matches.length).toBeGreaterThan(1);
    expect(matches[0].score).toBeCloseTo(best, 12);
    for (const { first, last, agreeing, score } of matches) {
      const m = last - first + 1;
      expect(agreeing).toEqual(agreeingOf(first, m));
      expect(score).toBeCloseTo(((agreeing.length / U) * Math.min(m, length)) / Math.max(m, length), 12);
    }
  },
);
