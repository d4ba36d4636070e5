import { damaged } from '../../../formats/damaged.ts';
import { elementCount } from '../../../formats/named-array.ts';
import { widenBfloat16, widenFloat16 } from '../../network/half-precision.ts';
import { isArrayShape, MOST_AXES } from '../../network/shape.ts';
import { dataTypes, type TensorProto } from '../messages.ts';
import type { Constant, Numbers } from './values/constant.ts';

/** How to read the elements of a type. */
interface ElementType {
  readonly bytes: number;
  /** The field that has the elements when `rawData` is absent. */
  readonly field: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data';
  /** An array for elements before they are widened. */
  create(length: number): Numbers | Uint16Array;
  /** An element of raw data. */
  element(view: DataView, at: number): number;
  /** Half precision to float32. */
  widen?(words: Uint16Array): Float32Array;
}

const float16: ElementType = {
  bytes: 2,
  field: 'int32Data',
  create: (length) => new Uint16Array(length),
  element: (view, at) => view.getUint16(at, true),
  widen: widenFloat16,
};

const int64: ElementType = {
  bytes: 8,
  field: 'int64Data',
  create: (length) => new Float64Array(length),
  element: (view, at) => Number(view.getBigInt64(at, true)),
};

const types: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [
    dataTypes.float,
    {
      bytes: 4,
      field: 'floatData',
      create: (length) => new Float32Array(length),
      element: (view, at) => view.getFloat32(at, true),
    },
  ],
  [dataTypes.double, { ...int64, field: 'doubleData', element: (view, at) => view.getFloat64(at, true) }],
  [dataTypes.float16, float16],
  [dataTypes.bfloat16, { ...float16, widen: widenBfloat16 }],
  [
    dataTypes.int32,
    { ...int64, bytes: 4, field: 'int32Data', element: (view, at) => view.getInt32(at, true) },
  ],
  [dataTypes.bool, { ...int64, bytes: 1, field: 'int32Data', element: (view, at) => view.getUint8(at) }],
  [dataTypes.int64, int64],
]);

const floatTypes: readonly number[] = [
  dataTypes.float,
  dataTypes.double,
  dataTypes.float16,
  dataTypes.bfloat16,
];

/**
 * The numbers of a tensor, half precision widened to float32; null for an element type that no weight, index or size has.
 *
 * @param raw the bytes of external data, instead of those in the tensor
 * @throws {UnrolledError} code `file-damaged` for sizes that do not fit the data
 */
export function constantOf(tensor: TensorProto, where: string, raw?: Uint8Array): Constant | null {
  const type = types.get(tensor.dataType ?? 0);
  if (!type) return null;
  const { name = '', rawData: bytes = raw } = tensor;
  const shape = Array.from(tensor.dims ?? []);
  const stored = bytes ? bytes.length / type.bytes : (tensor[type.field] ?? []).length;
  checkShape(name, shape, stored, where);
  const elements = bytes ? fromBytes(bytes, stored, type) : fromField(tensor[type.field] ?? [], type);
  const data = elements instanceof Uint16Array ? type.widen!(elements) : elements;
  const isFloat = floatTypes.includes(tensor.dataType ?? 0);
  return { kind: 'constant', shape, data, isFloat, sources: name === '' ? [] : [name] };
}

function fromBytes(bytes: Uint8Array, length: number, type: ElementType): Numbers | Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements = type.create(length);
  for (let i = 0; i < length; i++) elements[i] = type.element(view, i * type.bytes);
  return elements;
}

function fromField(list: ArrayLike<number>, type: ElementType): Numbers | Uint16Array {
  const elements = type.create(list.length);
  elements.set(list);
  return elements;
}

/** Throws unless a shape is valid and has as many numbers as are stored. */
function checkShape(name: string, shape: readonly number[], stored: number, where: string): void {
  if (shape.length > MOST_AXES) {
    throw damaged(
      where,
      `the tensor ${JSON.stringify(name.slice(0, 80))} has ${shape.length} axes`,
      `an array has at most ${MOST_AXES}`,
    );
  }
  const needed = elementCount(shape);
  if (isArrayShape(shape) && needed === stored) return;
  throw damaged(
    where,
    `the tensor ${JSON.stringify(name.slice(0, 80))} of shape (${shape.slice(0, 8).join(', ')}) has data for ${stored} numbers`,
    `it needs as many as its shape, ${needed}`,
  );
}
