import type { ElementType } from '../../formats/named-array.ts';
import { decodeHeader, type Entry, type Header } from '../../formats/safetensors-header.ts';
import type { LeftOut } from '../importer.ts';
import type { FloatArray } from '../network/float-array.ts';
import { widenBfloat16, widenFloat16 } from '../network/half-precision.ts';
import type { NamedArrays } from '../network/named-arrays.ts';

/** How each element type becomes floating-point numbers; null for integers, which are no weights. */
const readers = {
  F64: (bytes) => ({ dtype: 'F64', data: new Float64Array(bytes) }),
  F32: (bytes) => ({ dtype: 'F32', data: new Float32Array(bytes) }),
  F16: (bytes) => ({ dtype: 'F32', data: widenFloat16(new Uint16Array(bytes)) }),
  BF16: (bytes) => ({ dtype: 'F32', data: widenBfloat16(new Uint16Array(bytes)) }),
  ...{ I64: null, I32: null, I16: null, I8: null, U64: null, U32: null, U16: null, U8: null, BOOL: null },
} as const satisfies Readonly<Record<string, Reader | null>>;

type Reader = (bytes: ArrayBuffer) => Pick<FloatArray, 'dtype' | 'data'>;
type ForeignDtype = keyof typeof readers;

const types: Readonly<Record<ForeignDtype, ElementType>> = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** A safetensors file of any program: its arrays of floating-point numbers, and its metadata. */
export interface ForeignSafetensors extends NamedArrays {
  readonly metadata: Header['metadata'];
}

/** Reads a safetensors file of any program. Throws UnrolledError for a damaged file or another element type, by name. */
export function readArrays(bytes: Uint8Array, where: string): ForeignSafetensors {
  const { entries, metadata, dataStart } = decodeHeader<ForeignDtype>(bytes, where, types);
  const arrays = new Map<string, FloatArray>();
  const leftOut: LeftOut[] = [];
  for (const { name, dtype, shape, begin, end } of entries) {
    const read: Reader | null = readers[dtype];
    if (read === null) leftOut.push({ name, reason: `integers (${dtype}), not weights` });
    else arrays.set(name, { shape, ...read(copied(bytes, dataStart, { begin, end })) } as FloatArray);
  }
  return { arrays, modules: new Map(), leftOut, metadata };
}

/** A copy, because offsets need not be multiples of the element's size. */
function copied(
  bytes: Uint8Array,
  dataStart: number,
  { begin, end }: Pick<Entry, 'begin' | 'end'>,
): ArrayBuffer {
  return new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)).buffer;
}
