import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../src/interop/onnx/protobuf/decode.ts';
import { encodeMessage } from '../../../src/interop/onnx/protobuf/encode.ts';
import { many, one, type Schema } from '../../../src/interop/onnx/protobuf/schema.ts';

interface Sample {
  integer?: number;
  text?: string;
  float?: number;
  double?: number;
  list?: ArrayLike<number>;
  floats?: ArrayLike<number>;
  doubles?: ArrayLike<number>;
  names?: readonly string[];
  bytes?: Uint8Array;
  inner?: Sample;
}

const sample: Schema<Sample> = {
  integer: one(1, 'int64'),
  text: one(2, 'string'),
  inner: one(3, () => sample),
  list: many(4, 'int64'),
  float: one(5, 'float'),
  double: one(6, 'double'),
  floats: many(7, 'float'),
  doubles: many(8, 'double'),
  bytes: one(9, 'bytes'),
  names: many(20, 'string'),
};

const decoded = (hex: string): Sample => decodeMessage(sample, Buffer.from(hex, 'hex'), 'it');

const refusal = (part: string): unknown =>
  expect.objectContaining({ code: 'file-damaged', message: expect.stringContaining(part) });

/** The message with its numbers as plain arrays. */
const plain = ({ list, floats, doubles, ...rest }: Sample): unknown => ({
  ...rest,
  ...(list && { list: Array.from(list) }),
  ...(floats && { floats: Array.from(floats) }),
  ...(doubles && { doubles: Array.from(doubles) }),
});

describe('decodeMessage', () => {
  const messages: readonly Sample[] = [
    { integer: 0 },
    { integer: 2 ** 49 - 1 },
    { integer: 2 ** 53 - 1 },
    { integer: -(2 ** 53) + 1 },
    { text: 'ĥ\ufeff', names: ['a', '', 'b'] },
    { inner: { inner: { integer: 150 } }, float: 0.5, double: -1 / 3 },
    { list: [3, 270, -1, 2 ** 31, -(2 ** 40)], floats: [0.25, -0], doubles: [1 / 3, 2] },
    { list: Array.from({ length: 300 }, (_, i) => i - 150) },
    { bytes: Uint8Array.of(0, 255) },
  ];
  it.each(messages)('reads what encodeMessage writes: %j', (message) => {
    expect(plain(decodeMessage(sample, encodeMessage(sample, message), 'it'))).toEqual(plain(message));
  });

  it.each([
    ['unpacked numbers', '200320feffffffffffffffff01', { list: [3, -2] }],
    ['packed and unpacked numbers mixed', '22020102200322030480012005', { list: [1, 2, 3, 4, 128, 5] }],
    [
      'the limits of 64 bits',
      '2001208080808080808080800120ffffffffffffffff7f',
      { list: [1, -(2 ** 63), 2 ** 63] },
    ],
  ])('reads %s', (_, hex, message) => {
    expect(plain(decoded(hex))).toEqual(message);
  });

  it('skips fields that the schema lacks, of each wire type', () => {
    expect(decoded('500a' + '590000000000000000' + '5a03aabbcc' + '5d00000000' + '0801')).toEqual({
      integer: 1,
    });
  });

  it.each([
    ['a length beyond the message', '1205aa', 'a value needs 5 bytes, of which 1 exist'],
    ['a negative length', '12ffffffffffffffffff01', 'a value needs -1 bytes'],
    ['a length of 2^62', '128080808080808080c000', 'a value needs 4611686018427388000 bytes, of which 0'],
    ['a varint of 11 bytes', '08ffffffffffffffffffff01', 'an integer has more than 10 bytes'],
    ['a varint that is cut off', '08ff', 'a value needs 1 bytes'],
    ['a cut double', '3100', 'a value needs 8 bytes'],
    ['packed floats of five bytes', '3a050000000000', 'a value needs 4 bytes'],
    ['a group', '0b', 'the field integer has wire type 3'],
    ['an unknown group', 'ab01', 'a field has wire type 3; it must be 0, 1, 2 or 5'],
    ['field 0', '0001', 'a field has the number 0'],
    ['another wire type', '0d00000000', 'the field integer has wire type 5; it must be 0'],
    ['a field twice', '08010802', 'the field integer occurs twice'],
    ['text that is not UTF-8', '1201ff', 'the field text is not UTF-8'],
  ])('refuses %s', (_, hex, what) => {
    expect(() => decoded(hex)).toThrow(refusal(`it: ${what}`));
  });

  it('refuses deep nesting and floods of messages', () => {
    let nested: Sample = {};
    for (let i = 0; i < 40; i++) nested = { inner: nested };
    expect(() => decodeMessage(sample, encodeMessage(sample, nested), 'it')).toThrow(
      refusal('nested deeper'),
    );
    const flood = new Uint8Array(300_003);
    for (let at = 0; at < flood.length; at += 3) flood.set([0xa2, 1, 0], at);
    expect(() => decodeMessage(sample, flood, 'it')).toThrow(refusal('more than 100000 messages'));
  });
});
