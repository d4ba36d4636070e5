import { expect, test } from 'vitest';
import { logText, logTicks } from '../../lab/src/charts/log-ticks.ts';
import { svgOf } from '../../lab/src/charts/svg.ts';

const contents = {
  height: 200,
  scales: { y: { distr: 3 as const } },
  axes: [{ label: 'time (s)' }, { label: 'perplexity' }],
  series: [
    {},
    { label: 'a <b>', stroke: '#123456', dash: [2, 3], width: 2 },
    { label: 'empty', stroke: '#000' },
  ],
  data: [
    [0, 5, 10],
    [1000, null, 10],
    [null, null, null],
  ] as [number[], ...(number | null)[][]],
};

test('points lie on a linear time axis and a log axis of perplexity, and gaps are left out', () => {
  const svg = svgOf(contents);
  expect(svg).toContain('stroke-dasharray="2 3" points="70,20 740,150"');
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  for (const tick of ['10', '20', '50', '100', '200', '500', '1000'])
    expect(svg).toContain(`>${tick}</text>`);
});

test('labels are escaped', () => {
  expect(svgOf(contents)).toContain('a &#60;b&#62;');
});

test('a log axis has few ticks over many decades, and none for numbers that have no logarithm', () => {
  expect(logTicks(0.5, 30)).toEqual([0.5, 1, 2, 5, 10, 20]);
  expect(logTicks(3e-33, 2e-29)).toEqual([
    5e-33, 1e-32, 2e-32, 5e-32, 1e-31, 2e-31, 5e-31, 1e-30, 2e-30, 5e-30, 1e-29, 2e-29,
  ]);
  expect(logTicks(2e-240, 1)).toEqual([210, 180, 150, 120, 90, 60, 30, 0].map((p) => Number(`1e-${p}`)));
  expect([1000, 5, 0.002, 1e-5, 1e-45].map(logText)).toEqual(['1000', '5', '0.002', '10⁻⁵', '10⁻⁴⁵']);
  expect(logTicks(0, 1)).toEqual([]);
  expect(logTicks(1, Number.POSITIVE_INFINITY)).toEqual([]);
});
