import { describe, expect, test } from 'vitest';
import { raceAgainst } from '../../bench/against/against.ts';
import { racePairs } from '../../bench/against/pairs.ts';
import { isNotSlower, reportPairs } from '../../bench/against/report.ts';

/** Turns that note who ran, on a machine that slows down by a fixed amount with each turn. */
function driftingTurns(speeds: { mine: number; other: number }) {
  const order: string[] = [];
  const turn = (name: 'mine' | 'other') => async () => {
    const seconds = (1 + 0.1 * order.length) / speeds[name];
    order.push(name === 'mine' ? 'A' : 'B');
    return { steps: 10, seconds };
  };
  return { order, turns: { mine: turn('mine'), other: turn('other') } };
}

describe('a paired race', () => {
  test('alternates as ABBA and BAAB, so that each is first equally often', async () => {
    const { order, turns } = driftingTurns({ mine: 1, other: 1 });
    await racePairs('x', turns, 3);
    expect(order.join('')).toBe('ABBABAABABBA');
  });

  test('is not biased by a machine that slows down', async () => {
    const { turns } = driftingTurns({ mine: 3, other: 2 });
    const { ratio, minRatio, maxRatio } = await racePairs('x', turns, 4);
    for (const value of [ratio, minRatio, maxRatio]) expect(value).toBeCloseTo(1.5, 12);
  });

  test('uses the median of the rounds, so that one bad round has no effect', async () => {
    const seconds = [1, 1, 90, 1, 1, 1];
    let taken = 0;
    const mine = async () => ({ steps: 2, seconds: seconds[taken++] });
    const other = async () => ({ steps: 1, seconds: 1 });
    const result = await racePairs('x', { mine, other }, 3);
    expect(result.ratio).toBe(2);
    expect(result.minRatio).toBeLessThan(0.1);
    expect(result.mine).toMatchObject({ median: 2, rounds: 3 });
  });
});

describe('the verdict', () => {
  const summary = { median: 1000, min: 1, max: 1, rounds: 7 };
  const resultOf = (ratio: number) => {
    return { name: 'lstm-200', mine: summary, other: summary, ratio, minRatio: 0.9, maxRatio: 1.1 };
  };

  test('is met at 0.97 or above in every race', () => {
    expect(isNotSlower([resultOf(0.97), resultOf(1.2)])).toBe(true);
    expect(isNotSlower([resultOf(0.9699), resultOf(1.2)])).toBe(false);
  });

  test('is in the table row of each race', () => {
    const [, , good, bad] = reportPairs([resultOf(0.97), resultOf(0.96)]).split('\n');
    expect(good).toMatch(/^lstm-200 +1,000 +1,000 +0\.970 +0\.90–1\.10 +met$/);
    expect(bad).toMatch(/0\.960 .* NOT MET$/);
  });
});

test('a folder without a built checkout is refused before anything runs', async () => {
  const options = { rounds: 1, seconds: 0, requests: 1 };
  await expect(raceAgainst('tests', options, () => {})).rejects.toThrow('tests has no dist/index.js');
});
