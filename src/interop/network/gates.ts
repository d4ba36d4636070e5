import { UnrolledError } from '../../errors.ts';
import { type FloatArray, zeros } from './float-array.ts';

/**
 * Reorders the gate blocks of weights (X, G·H) or a bias (G·H) along the last axis. An order lists gate names, such as
 * those of a `CellRecord`; a minus marks a gate whose numbers have the opposite sign. A gate may occur more than once in
 * `to`: an LSTM written from a CIFG takes `f` twice.
 *
 * @throws {UnrolledError} code `shape` unless the last axis is divisible by the number of gates
 */
export function reorderGates(array: FloatArray, from: readonly string[], to: readonly string[]): FloatArray {
  const columns = array.shape[array.shape.length - 1];
  const H = columns / from.length;
  if (!Number.isInteger(H)) {
    throw new UnrolledError(
      'shape',
      `reorderGates: an array has ${columns} columns; it must be a multiple of ${from.length} gates.`,
    );
  }
  const rows = columns === 0 ? 0 : array.data.length / columns;
  const result = zeros([...array.shape.slice(0, -1), to.length * H], array);
  for (const [block, gate] of to.entries()) {
    const source = from.findIndex((name) => bare(name) === bare(gate));
    const sign = isNegated(from[source]) === isNegated(gate) ? 1 : -1;
    for (let row = 0; row < rows; row++) {
      const [read, write] = [row * columns + source * H, (row * to.length + block) * H];
      for (let i = 0; i < H; i++) result.data[write + i] = sign * array.data[read + i];
    }
  }
  return result;
}

function isNegated(gate: string): boolean {
  return gate.startsWith('-');
}

function bare(gate: string): string {
  return isNegated(gate) ? gate.slice(1) : gate;
}
