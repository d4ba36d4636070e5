import { openTokenizer, Vocabulary } from 'unrolled';
import { describe, expect, test } from 'vitest';
import { jacobi, principalPlane } from '../../../lab/src/engine/words/principal-components.ts';
import { TokenSearch } from '../../../lab/src/engine/words/token-search.ts';
import { fitted, LabelPlaces, toPixels, zoomed } from '../../../lab/src/views/words/map-view.ts';
import { Random } from '../../../src/tensor/random.ts';

/** n vectors of D components, of which the first ones vary most. */
function spread(n: number, D: number): Float64Array {
  const random = new Random(5);
  return Float64Array.from({ length: n * D }, (_, at) => 3 + random.normal() / (1 + (at % D)));
}

/** The covariance, element by element. */
function covariance(vectors: Float64Array, D: number): number[][] {
  const n = vectors.length / D;
  const column = (i: number) => Array.from({ length: n }, (_, row) => vectors[row * D + i]);
  const centred = Array.from({ length: D }, (_, i) => {
    const values = column(i);
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return values.map((x) => x - mean);
  });
  return centred.map((a) => centred.map((b) => a.reduce((sum, x, row) => sum + x * b[row], 0) / n));
}

describe('principal components', () => {
  test.each([1, 2, 5, 40])('of %i dimensions are those of all eigenvectors by rotations', (D) => {
    const vectors = spread(200, D);
    const C = covariance(vectors, D);
    const all = jacobi(C);
    for (const { vector, value } of all) {
      const image = C.map((row) => row.reduce((sum, x, i) => sum + x * vector[i], 0));
      image.forEach((x, i) => {
        expect(x).toBeCloseTo(value * vector[i], 10);
      });
    }
    const { x, y, shares } = principalPlane(vectors, D);
    const total = C.reduce((sum, row, i) => sum + row[i], 0);
    [x, y].slice(0, D).forEach((along, k) => {
      const { value, vector } = all[k];
      expect(shares[k]).toBeCloseTo(value / total, 10);
      const sign = Math.sign(vector.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most)));
      const offset = vector.reduce((sum, one, i) => sum + one * meanOf(vectors, D, i), 0);
      for (let row = 0; row < 200; row++) {
        const direct = vector.reduce((sum, one, i) => sum + one * vectors[row * D + i], 0) - offset;
        expect(along[row]).toBeCloseTo(sign * direct, 8);
      }
    });
  });

  test('of equal vectors are 0', () => {
    const { x, y, shares } = principalPlane(new Float64Array(12).fill(2), 4);
    expect([...x, ...y, ...shares]).toEqual(new Array(8).fill(0));
  });
});

function meanOf(vectors: Float64Array, D: number, i: number): number {
  const n = vectors.length / D;
  return Array.from({ length: n }, (_, row) => vectors[row * D + i]).reduce((a, b) => a + b, 0) / n;
}

test('the search finds tokens without regard to case, Hangul by its letters, equal ones first', () => {
  const vocabulary = Vocabulary.fromTokens(['There', 'other', 'the', 'The', '책을', '채소', '새책'], null);
  const search = new TokenSearch({ tokenizer: openTokenizer('word'), vocabulary });
  const order = [...vocabulary.tokens.keys()];
  const found = (query: string, most = 9) => search.find(query, order, most).map(({ token }) => token);
  expect(found('the')).toEqual(['the', 'The', 'There', 'other']);
  expect(found('the', 3)).toEqual(['the', 'The', 'There']);
  expect(found('채')).toEqual(['책을', '채소', '새책']);
  expect(search.find('the', order, 9).map(({ isEqual }) => isEqual)).toEqual([true, true, false, false]);
  expect(search.find('zzqq', order, 9)).toEqual([]);
  expect(search.find('the', order.toReversed(), 2).map(({ token }) => token)).toEqual(['The', 'the']);
});

test('the map fits all points, and a zoom keeps the point under the pointer', () => {
  const points = { x: Float64Array.of(-2, 5, 1), y: Float64Array.of(0, 3, -7) };
  const view = fitted(points, 400, 300);
  const places = Array.from(points.x, (x, i) => toPixels(view, x, points.y[i]));
  for (const { x, y } of places) {
    expect(x >= 0 && x <= 400 && y >= 0 && y <= 300).toBe(true);
  }
  expect(places[2].y).toBeGreaterThan(places[1].y);
  const nearer = zoomed(view, 3, places[1], view);
  const kept = toPixels(nearer, 5, 3);
  expect(kept.x).toBeCloseTo(places[1].x, 9);
  expect(kept.y).toBeCloseTo(places[1].y, 9);
  expect(nearer.scale).toBeCloseTo(3 * view.scale, 9);
});

test('labels do not overlap, and the first ones have their place', () => {
  const taken = new LabelPlaces();
  const box = (left: number, top: number) => ({ left, top, right: left + 50, bottom: top + 15 });
  expect(taken.take(box(0, 0))).toBe(true);
  expect(taken.take(box(40, 10))).toBe(false);
  expect(taken.take(box(51, 0))).toBe(true);
  expect(taken.take(box(-200, -90))).toBe(true);
  expect(taken.take(box(-170, -80))).toBe(false);
});
