import { concatBytes } from '../../../formats/peek-start.ts';
import { writeZip } from '../../archive/zip-writer.ts';
import type { FloatArray } from '../../network/float-array.ts';

/** NumPy's `.npz`: a zip of `.npy` files. `numpy.load` finds each array by its name. */
export function writeNpz(arrays: ReadonlyMap<string, FloatArray>): Uint8Array {
  return writeZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, npyOf(array)])));
}

/** Version 1.0: magic, length of the header, a Python dict padded to a multiple of 64 bytes, the numbers. */
function npyOf({ dtype, shape, data }: FloatArray): Uint8Array {
  const tuple = `(${shape.map((n) => `${n},`).join(' ')})`;
  const dict = `{'descr': '<f${dtype === 'F64' ? 8 : 4}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const header = new TextEncoder().encode(`\x00NUMPY\x01\x00\x00\x00${dict.padEnd(length - 1)}\n`);
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(8, length, true);
  return concatBytes([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}
