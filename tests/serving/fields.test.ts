import { describe, expect, test } from 'vitest';
import {
  type Body,
  checkIdle,
  checkNames,
  flag,
  number,
  object,
  oneOf,
  text,
  texts,
  wholeNumber,
} from '../../src/serving/fields.ts';

const range = { from: -1, to: 4, otherwise: 2 };

/** What each value of a field x is read as, or the message against it. */
function readings(read: (body: Body) => unknown, ...values: unknown[]): unknown[] {
  return values.map((x) => {
    try {
      return read(x === undefined ? {} : { x });
    } catch (error) {
      expect(error).toMatchObject({ status: 400, details: { param: 'x' } });
      return (error as Error).message;
    }
  });
}

describe('a field', () => {
  test('of a number has both ends of its range', () => {
    expect(readings((body) => number(body, 'x', range), -1, 4, 1.5, undefined, null)).toEqual([
      -1, 4, 1.5, 2, 2,
    ]);
    expect(readings((body) => number(body, 'x', range), -1.1, 4.1, '1', [])).toEqual(
      ['-1.1', '4.1', '"1"', '[]'].map((shown) => `x is ${shown}; it needs a number from -1 to 4.`),
    );
    expect(readings((body) => number(body, 'x', range), Number.NaN)[0]).toContain('it needs a number');
  });

  test('of a whole number is one', () => {
    expect(readings((body) => wholeNumber(body, 'x', range), -1, 4, undefined, null)).toEqual([-1, 4, 2, 2]);
    expect(readings((body) => wholeNumber(body, 'x', range), -2, 5, 0.5, '1', true)).toEqual(
      ['-2', '5', '0.5', '"1"', 'true'].map(
        (shown) => `x is ${shown}; it needs a whole number from -1 to 4.`,
      ),
    );
  });

  test('of a flag is true or false', () => {
    expect(readings((body) => flag(body, 'x'), true, false, undefined, null)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(readings((body) => flag(body, 'x'), 1)).toEqual(['x is 1; it needs true or false.']);
  });

  test('of a text must be there, and may be empty', () => {
    expect(readings((body) => text(body, 'x'), 'a', '')).toEqual(['a', '']);
    expect(readings((body) => text(body, 'x'), undefined, null, 5)).toEqual(
      ['missing', 'null', '5'].map((shown) => `x is ${shown}; it needs a text.`),
    );
  });

  test('of texts is one or a list, none of them empty', () => {
    const read = (body: Body) => texts(body, 'x', 2);
    expect(readings(read, 'a', ['a', 'b'], [], undefined, null)).toEqual([['a'], ['a', 'b'], [], [], []]);
    for (const message of readings(read, '', ['a', ''], ['a', 'b', 'c'], [5], 5)) {
      expect(message).toContain('; it needs a text, or a list of up to 2, none of them empty.');
    }
  });

  test('of a choice has the first of them where nothing is said', () => {
    const read = (body: Body) => oneOf(body, 'x', ['carry', 'line']);
    expect(readings(read, 'line', undefined, null)).toEqual(['line', 'carry', 'carry']);
    expect(readings(read, 'Line')).toEqual(['x is "Line"; it needs one of carry, line.']);
  });
});

test('a field of fields is an object', () => {
  const read = (body: Body) => object(body, 'x', '{"a": 1}');
  expect(readings(read, { a: 1 }, undefined, null)).toEqual([{ a: 1 }, {}, {}]);
  expect(readings(read, [])).toEqual(['x is []; it needs an object such as {"a": 1}.']);
});

test('a field that nobody knows is named beside those that are known', () => {
  expect(() => checkNames({ a: 1, b: 2 }, ['a', 'b'])).not.toThrow();
  expect(() => checkNames({ a: 1, c: undefined }, ['a', 'b'])).toThrow(
    '"c" is no field of this request; it takes a, b.',
  );
  expect(() => checkNames({ c: 1 }, ['a'], 'options')).toThrow('"c" is no field of options; it takes a.');
});

test('a field without effect may ask for nothing, in its own way', () => {
  const idle = { x: 0, y: '', z: {} };
  for (const nothing of [{}, { x: 0, y: '', z: {} }, { x: null, y: null, z: null }]) {
    expect(() => checkIdle(nothing, idle)).not.toThrow();
  }
  for (const something of [
    { x: 1 },
    { x: {} },
    { x: false },
    { y: 'a' },
    { y: [] },
    { z: [] },
    { z: { a: 1 } },
  ]) {
    expect(() => checkIdle(something, idle)).toThrow("this server doesn't have it. Leave it out.");
  }
});
