import { UnrolledError } from '../../../errors.ts';
import { type Field, type Fields, type Schema, wireTypeOf, wireTypes } from './schema.ts';

/** A message in pieces, so that large byte strings are copied only once, into the result. */
interface Pieces {
  readonly list: Uint8Array[];
  length: number;
}

const utf8 = new TextEncoder();

/** Readers of protobuf keep lengths in an int32. */
const MAX_LENGTH = 2 ** 31 - 1;

/**
 * The bytes of a message. Repeated numbers are packed; integers must be safe.
 *
 * @param where the beginning of an error message, such as the name of the model file
 * @throws {UnrolledError} code `file-large` for a message of 2 GiB or more
 */
export function encodeMessage<T extends object>(
  schema: Schema<T>,
  message: T,
  where: string = 'exportModel',
): Uint8Array<ArrayBuffer> {
  const { list, length } = piecesOf(schema as Fields, message);
  if (length > MAX_LENGTH) {
    throw new UnrolledError(
      'file-large',
      `${where}: the ONNX file would have ${length.toLocaleString('en')} bytes; protobuf allows at most ` +
        `${MAX_LENGTH.toLocaleString('en')}. Export to safetensors instead.`,
    );
  }
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const piece of list) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

function piecesOf(fields: Fields, message: object): Pieces {
  const pieces: Pieces = { list: [], length: 0 };
  for (const [name, value] of Object.entries(message)) {
    if (value !== undefined) addField(pieces, fields[name], value);
  }
  return pieces;
}

function addField(pieces: Pieces, field: Field, value: unknown): void {
  const { number, kind, repeated } = field;
  if (!repeated) addValue(pieces, field, value);
  else if (wireTypeOf(kind) === wireTypes.bytes) {
    for (const element of value as readonly unknown[]) addValue(pieces, field, element);
  } else if ((value as ArrayLike<number>).length > 0) {
    addTag(pieces, number, wireTypes.bytes);
    const packed: Pieces = { list: [], length: 0 };
    for (const element of Array.from(value as ArrayLike<number>)) add(packed, numberBytes(kind, element));
    addDelimited(pieces, packed);
  }
}

function addValue(pieces: Pieces, { number, kind }: Field, value: unknown): void {
  addTag(pieces, number, wireTypeOf(kind));
  if (typeof value === 'number') add(pieces, numberBytes(kind, value));
  else if (typeof kind === 'function') addDelimited(pieces, piecesOf(kind(), value as object));
  else {
    const bytes = typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array);
    addDelimited(pieces, { list: [bytes], length: bytes.length });
  }
}

function addTag(pieces: Pieces, number: number, wireType: number): void {
  add(pieces, varint(number * 8 + wireType));
}

function addDelimited(pieces: Pieces, content: Pieces): void {
  add(pieces, varint(content.length));
  for (const piece of content.list) add(pieces, piece);
}

function add(pieces: Pieces, bytes: Uint8Array): void {
  pieces.list.push(bytes);
  pieces.length += bytes.length;
}

function numberBytes(kind: Field['kind'], value: number): Uint8Array {
  if (kind === 'int64') return varint(value);
  const view = new DataView(new ArrayBuffer(kind === 'float' ? 4 : 8));
  if (kind === 'float') view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

/** Seven bits a byte, the lowest first; a negative number as its two's complement of 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
