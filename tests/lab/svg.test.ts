import { expect, test } from 'vitest';
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
