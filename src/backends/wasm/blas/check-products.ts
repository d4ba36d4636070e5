import { UnsuitableLibrary } from '../../../native/library-search.ts';
import { type Blas, NO_TRANSPOSE, ROW_MAJOR, TRANSPOSE } from './blas.ts';

/** a (2, 3) · bᵀ (3, 4), added to ones; then a (2, 3) · x (3), added to ones. Whole numbers, so that every BLAS is exact. */
const a = [1, 2, 3, 4, 5, 6];
const b = [1, 0, 2, 0, 1, -1, 3, 1, 0, -2, 0, 1];
const product = [8, 0, 6, 2, 17, 0, 18, -1];
const vector = [8, 17];

/**
 * Computes two small products. A library that has the functions of a BLAS but, for example, other types of sizes would
 * otherwise train on wrong numbers.
 * @throws {UnsuitableLibrary} if a product is wrong
 */
export function checkProducts({ sgemm, sgemv, addressOf }: Blas): void {
  const [as, bs, c, y] = [a, b, product.map(() => 1), vector.map(() => 1)].map(
    (numbers) => new Float32Array(numbers),
  );
  const [atA, atB, atC, atY] = [as, bs, c, y].map(addressOf);
  sgemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, 2, 4, 3, 1, atA, 3, atB, 3, 1, atC, 4);
  // The first row of b is x.
  sgemv(ROW_MAJOR, NO_TRANSPOSE, 2, 3, 1, atA, 3, atB, 1, 1, atY, 1);
  const isRight = equal(c, product) && equal(y, vector);
  if (!isRight) throw new UnsuitableLibrary('it computes wrong products');
}

function equal(numbers: Float32Array, expected: readonly number[]): boolean {
  return numbers.every((number, i) => number === expected[i]);
}
