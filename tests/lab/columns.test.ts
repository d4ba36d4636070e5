import { describe, expect, test } from 'vitest';
import type { ColumnWindow, ReadingFacts } from '../../lab/src/engine/reading/calls.ts';
import { orderUnits } from '../../lab/src/engine/reading/unit-order.ts';
import { changesOf } from '../../lab/src/views/unrolled/changed-bits.ts';
import { blockOf } from '../../lab/src/views/unrolled/spine/arrows.ts';
import { pixelsOf } from '../../lab/src/views/unrolled/spine/images.ts';
import { moved } from '../../lab/src/views/unrolled/spine/keys.ts';
import {
  BLOCK,
  COLUMN,
  columnLeft,
  layoutOf,
  placeAt,
  scrollTo,
  visibleSteps,
} from '../../lab/src/views/unrolled/spine/layout.ts';
import { tokenText } from '../../lab/src/views/unrolled/spine/scene.ts';
import { numbersAsTSV } from '../../lab/src/views/unrolled/tsv.ts';

const shown = { widths: [80], strips: [], hasCurve: false, gutter: 76 };

describe('the layout', () => {
  test.each([
    { widths: [8], cell: 12 },
    { widths: [80], cell: 12 },
    { widths: [200, 200], cell: 6 },
    { widths: [650, 650], cell: 3 },
    { widths: [1500, 1500, 1500], cell: 2 },
  ])('all units of $widths fit into a column, in cells of $cell pixels', ({ widths, cell }) => {
    const layout = layoutOf({ ...shown, widths });
    expect(layout.cell).toBe(cell);
    expect(layout.grids.map(({ layer }) => layer)).toEqual(widths.map((_, i) => i).reverse());
    for (const { height, rowHeight, width } of layout.grids)
      expect((height / rowHeight) * layout.across).toBeGreaterThanOrEqual(width);
    expect(layout.across * cell).toBeLessThanOrEqual(BLOCK);
    expect(layout.height).toBeLessThan(600);
  });

  test('the strips of a layer follow its h, in the order of the cell', () => {
    const { grids } = layoutOf({ ...shown, widths: [8, 8], strips: ['c', 'f', 'g'] });
    expect(grids.map(({ name, layer }) => `${layer}${name}`)).toEqual([
      '1h',
      '1c',
      '1f',
      '1g',
      '0h',
      '0c',
      '0f',
      '0g',
    ]);
    const tops = grids.map(({ top }) => top);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
  });

  test('every cell is found at its own place, and nothing beside the columns', () => {
    const layout = layoutOf({ ...shown, strips: ['f'] });
    for (const grid of layout.grids) {
      for (let position = 0; position < grid.width; position++) {
        const x = columnLeft(layout, 41) + ((position % layout.across) + 0.5) * layout.cell;
        const y = grid.top + (Math.floor(position / layout.across) + 0.5) * grid.rowHeight;
        expect(placeAt(layout, 100, x, y)).toEqual({ step: 41, at: grid, position });
      }
    }
    expect(placeAt(layout, 41, columnLeft(layout, 41), 50)).toBeNull();
    expect(placeAt(layout, 41, layout.gutter - 1, 50)).toBeNull();
  });

  test('of 100,000 columns only those in view are drawn, and any of them can be scrolled into view', () => {
    const layout = layoutOf(shown);
    for (const step of [0, 1, 777, 50_000, 99_999]) {
      const scroll = scrollTo(layout, step, 3_000_000, 1000);
      const { first, last } = visibleSteps(layout, 100_000, scroll, 1000);
      expect(last - first).toBeLessThanOrEqual(Math.ceil(1000 / COLUMN) + 1);
      expect(step).toBeGreaterThanOrEqual(first);
      expect(step).toBeLessThanOrEqual(last);
      const left = columnLeft(layout, step) - scroll;
      expect(left).toBeGreaterThanOrEqual(layout.gutter);
      expect(left + BLOCK).toBeLessThanOrEqual(1000);
    }
  });
});

test('keys go through the tokens, and through the units of the layers from the top one down', () => {
  const room = {
    ...{ n: 5, widths: [2, 3] },
    unitAt: (_: number, position: number) => position,
    positionOf: (_: number, unit: number) => unit,
  };
  const spot = (step: number, layer: number | null = null, unit: number | null = null) => ({
    step,
    layer,
    unit,
  });
  expect(moved('ArrowLeft', spot(0), room)).toEqual(spot(0));
  expect(moved('End', spot(0, 1, 2), room)).toEqual(spot(4, 1, 2));
  expect(moved('PageDown', spot(1), room)).toEqual(spot(4));
  const down = [spot(1)];
  for (let i = 0; i < 6; i++) down.push(moved('ArrowDown', down[i], room) as (typeof down)[0]);
  expect(down.map(({ layer, unit }) => `${layer}.${unit}`)).toEqual([
    'null.null',
    '1.0',
    '1.1',
    '1.2',
    '0.0',
    '0.1',
    '0.1',
  ]);
  expect(moved('ArrowUp', spot(1, 0, 0), room)).toEqual(spot(1, 1, 2));
  expect(moved('ArrowUp', spot(1, 1, 0), room)).toEqual(spot(1));
  expect(moved('a', spot(1), room)).toBeNull();
});

describe('the order of units', () => {
  // Units 0 and 3 rise together, 1 falls as they rise, 2 and 4 alternate.
  const steps = [0, 1, 2, 3].flatMap((t) => [t, -t, (-1) ** t, 2 * t + 1, 0.5 * (-1) ** t]);
  const h = Float32Array.from(steps);

  test('by similarity puts correlated units side by side', () => {
    const order = [...orderUnits(h, 5, 'cluster')];
    const apart = (a: number, b: number) => Math.abs(order.indexOf(a) - order.indexOf(b));
    expect(order.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(apart(0, 3)).toBe(1);
    expect(apart(2, 4)).toBe(1);
  });

  test('by activity begins with the largest mean |h|', () => {
    expect([...orderUnits(h, 5, 'activity')]).toEqual([3, 0, 1, 2, 4]);
    expect([...orderUnits(h, 5, 'index')]).toEqual([0, 1, 2, 3, 4]);
  });

  test('units that never change have a place too', () => {
    expect([...orderUnits(new Float32Array(40), 10, 'cluster')].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, i) => i),
    );
  });
});

test('each cell has the colour of its unit: blue below 0, orange above, in the order that is chosen', () => {
  const grid = { ...layoutOf({ ...shown, widths: [4] }).grids[0] };
  const look = { scheme: 'light', across: 2, limit: 1, order: [Int32Array.of(3, 0, 1, 2)] } as const;
  const { width, height, data } = pixelsOf(Float32Array.of(-1, 0, 0, 1, 0, 0, 0, -1), 2, grid, look);
  expect([width, height]).toEqual([4, 2]);
  const warmth = Array.from({ length: 8 }, (_, i) => Math.sign(data[4 * i] - data[4 * i + 2]));
  const isPlain = (i: number) => data[4 * i] - data[4 * i + 2] <= 2 && data[4 * i + 2] > 250;
  // Row 0: units 3 and 0 of step 0, then of step 1; row 1: units 1 and 2.
  expect([warmth[0], warmth[1], warmth[2]]).toEqual([1, -1, -1]);
  expect([3, 4, 5, 6, 7].every(isPlain)).toBe(true);
});

test('a change counts from the first token that it can affect', () => {
  const [before, now] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 5, 4.5)];
  expect(changesOf(before, now, { replaced: [], cuts: [1] })).toEqual({
    ...{ from: 2, meanBefore: 3.5, meanNow: 4.75, most: [2, 3] },
  });
  expect(changesOf(before, now, { replaced: [{ token: 1, id: 0 }], cuts: [] }).from).toBe(1);
});

test('a block of training begins at the first token', () => {
  expect([-1, 0, 7, 8, 15, 16].map((step) => blockOf(step, 8))).toEqual([0, 0, 0, 1, 1, 2]);
});

test('the bytes of one character are numbered, and white space can be seen', () => {
  const facts = {
    ...{ text: '새 a', starts: Int32Array.of(0, 0, 0, 1, 2), ends: Int32Array.of(1, 1, 1, 2, 3) },
    ...{ replaced: [{ token: 4, text: 'b' }], startText: '\n' },
  } as unknown as ReadingFacts;
  const texts = [-1, 0, 1, 2, 3, 4].map((token) => tokenText(facts, token));
  expect(texts).toEqual(['⏎', '새₁', '새₂', '새₃', '␣', 'b']);
});

test('the saved numbers are those of the steps, in all digits', () => {
  const window = {
    ...{ start: -1, T: 2, K: 1, topIds: Int32Array.of(0, 1), topProbabilities: Float64Array.of(0.5, 0.25) },
    ...{ topTokens: ['a', '\n'], topTexts: ['a', '\n'] },
    layers: [{ width: 2, h: Float32Array.of(0.1, 0.2, 0.3, 0.4), c: null, gates: {} }],
  } satisfies ColumnWindow;
  const facts = {
    ...{ text: 'a', starts: Int32Array.of(0), ends: Int32Array.of(1), replaced: [], startText: '\n' },
    ...{ bits: Float64Array.of(1 / 3), ranks: Int32Array.of(2) },
  } as unknown as ReadingFacts;
  const table = numbersAsTSV(facts, [
    { step: -1, column: { window, row: 0 } },
    { step: 0, column: { window, row: 1 } },
    { step: 1, column: null },
  ]);
  expect(table.trimEnd().split('\n')).toEqual([
    'step\ttoken\tbits\trank\tnext\tprobability\tlayer 0 unit 0\tlayer 0 unit 1',
    `-1\t⏎\t\t\ta\t0.5\t${Math.fround(0.1)}\t${Math.fround(0.2)}`,
    `0\ta\t${1 / 3}\t2\t \t0.25\t${Math.fround(0.3)}\t${Math.fround(0.4)}`,
  ]);
});
