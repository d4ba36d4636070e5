import { widenBfloat16, widenFloat16 } from '../../network/half-precision.ts';

/** A type of elements that PyTorch stores. */
export interface ElementType {
  /** PyTorch's name, such as `float16`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The numbers of little-endian bytes, at the start of a buffer of their own; null for what no weight is. */
  readonly decode: ((bytes: ArrayBuffer) => Float32Array | Float64Array) | null;
}

const types: readonly ElementType[] = [
  { name: 'float32', size: 4, decode: (bytes) => new Float32Array(bytes) },
  { name: 'float64', size: 8, decode: (bytes) => new Float64Array(bytes) },
  { name: 'float16', size: 2, decode: (bytes) => widenFloat16(new Uint16Array(bytes)) },
  { name: 'bfloat16', size: 2, decode: (bytes) => widenBfloat16(new Uint16Array(bytes)) },
  ...[
    ['int64', 8],
    ['int32', 4],
    ['int16', 2],
    ['int8', 1],
    ['uint8', 1],
    ['bool', 1],
  ].map(([name, size]) => ({ name: name as string, size: size as number, decode: null })),
];

/** The class of storages of each type. */
const storages: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
};

/** The type of the elements of a class such as `torch.FloatStorage` or `torch.cuda.HalfStorage`. */
export function typeOfStorage(className: string): ElementType | undefined {
  const [, name = ''] = /^torch\.(?:cuda\.|storage\.)?(\w+)$/.exec(className) ?? [];
  return Object.hasOwn(storages, name) ? typeNamed(storages[name]) : undefined;
}

/** The type of a name such as `torch.float32`. */
export function typeOfDtype(dtype: string): ElementType | undefined {
  return typeNamed(dtype.replace(/^torch\./, ''));
}

function typeNamed(name: string): ElementType | undefined {
  return types.find((type) => type.name === name);
}
