import { describe, expect, test } from 'vitest';
import { parseExactly } from '../../../../src/serving/node/http/exact-json.ts';

describe('JSON is read like JSON.parse', () => {
  test.each([
    '{"a": [1, -2.5e3, 0.1234567890123456789], "b": "9007199254740993", "c": null}',
    '{"seed": 9007199254740991, "e100": "1e999 and \\\\"}',
    '"a\\"12345678901234567890"',
    '{"\\\\": "x\\\\\\"", "12345678901234567890": 1, "a": [1e-999, 1e308, 12345678901234567890.5]}',
    '1234567890123456',
  ])('%s', (json) => {
    expect(parseExactly(json)).toEqual(JSON.parse(json));
  });

  test.each(['{"a": 12345678901234567890', '{"a": 01234567890123456789}', '[1e999x]', '"1e999', ''])(
    'invalid: %s',
    (json) => {
      expect(() => parseExactly(json)).toThrow(SyntaxError);
    },
  );
});

test('integers that a number cannot hold are bigints, wherever they are', () => {
  const json =
    '{"seed": -9223372036854775808, "a": [9007199254740993, {"b": 18446744073709551615}], "seed2":12}';
  expect(parseExactly(json)).toEqual({
    seed: -(2n ** 63n),
    a: [2n ** 53n + 1n, { b: 2n ** 64n - 1n }],
    seed2: 12,
  });
});

test.each([
  ['{"temperature": 1e999}', '"temperature" is 1e999; it needs a number between -1.8e308 and 1.8e308.'],
  ['{"top_p": -1.5E+400}', '"top_p" is -1.5E+400; '],
  [`{"n": ${'9'.repeat(500)}}`, `"n" is ${'9'.repeat(40)}…; it needs at most 40 digits.`],
  ['{"prompt": [[1, 2e308]]}', 'A number in a list is 2e308; '],
])('a number out of range is named as it was sent: %.30s', (json, message) => {
  expect(() => parseExactly(json)).toThrow(message);
});
