import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/interop/onnx/protobuf/encode.ts';
import { many, one, type Schema } from '../../../src/interop/onnx/protobuf/schema.ts';

interface Sample {
  integer?: number;
  text?: string;
  half?: number;
  double?: number;
  list?: ArrayLike<number>;
  names?: readonly string[];
  inner?: Sample;
}

const sample: Schema<Sample> = {
  integer: one(1, 'int64'),
  text: one(2, 'string'),
  inner: one(3, () => sample),
  list: many(4, 'int64'),
  half: one(5, 'float'),
  double: one(6, 'double'),
  names: many(20, 'string'),
};

describe('encodeMessage', () => {
  /** The examples of Protocol Buffers' description of its encoding, and the widths that it does not show. */
  const cases: readonly [Sample, string][] = [
    [{ integer: 150 }, '089601'],
    [{ integer: -2 }, '08feffffffffffffffff01'],
    [{ integer: 2 ** 53 - 1 }, '08ffffffffffffff0f'],
    [{ text: 'testing' }, '120774657374696e67'],
    [{ text: 'ĥ' }, '1202c4a5'],
    [{ inner: { integer: 150 } }, '1a03089601'],
    [{ list: [3, 270, 86942] }, '2206038e029ea705'],
    [{ list: [] }, ''],
    [{ half: 0.5 }, '2d0000003f'],
    [{ double: 0.5 }, '31000000000000e03f'],
    [{ names: ['a', ''] }, 'a2010161a20100'],
    [{ integer: 1, inner: {} }, '08011a00'],
  ];
  it.each(cases)('encodes %j', (message, hex) => {
    expect(Buffer.from(encodeMessage(sample, message, 'test')).toString('hex')).toBe(hex);
  });
});
