import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { choice, flag, integer, real } from '../../src/kinds.ts';
import {
  anyText,
  type Body,
  type Field,
  ignored,
  nested,
  optional,
  readFields,
  required,
  texts,
  unsupported,
} from '../../src/serving/fields.ts';
import { complete, openService, score, suggest } from '../../src/serving/index.ts';
import { served } from '../support/served.ts';

/** What each value of a field x is read as, or the message against it. */
function readings(x: Field, ...values: unknown[]): unknown[] {
  return values.map((value) => {
    const body: Body = value === undefined ? {} : { x: value };
    try {
      return (readFields(body, { x }) as { x: unknown }).x;
    } catch (error) {
      expect(error).toMatchObject({ status: 400, code: 'invalid_value', details: { param: 'x' } });
      return (error as Error).message;
    }
  });
}

describe('a field', () => {
  test('that is a number accepts its range, and defaults if missing or null', () => {
    const x = optional(real({ from: -1, to: 4 }), 2);
    expect(readings(x, -1, 4, 1.5, undefined, null)).toEqual([-1, 4, 1.5, 2, 2]);
    expect(readings(x, -1.1, 4.1, '1', [])).toEqual(
      ['-1.1', '4.1', '"1"', '[]'].map((shown) => `x is ${shown}; it must be a number from -1 to 4.`),
    );
    expect(readings(x, Number.NaN)[0]).toContain('it must be a number');
    expect(readings(x, 2n ** 70n, [{ y: 2n ** 70n }])).toEqual(
      ['1180591620717411303424', '[{"y":1180591620717411303424}]'].map(
        (shown) => `x is ${shown}; it must be a number from -1 to 4.`,
      ),
    );
  });

  test('that is an integer accepts only integers', () => {
    const x = optional(integer({ from: -1, to: 4 }), 2);
    expect(readings(x, -1, 4, undefined, null)).toEqual([-1, 4, 2, 2]);
    expect(readings(x, -2, 5, 0.5, '1', true)).toEqual(
      ['-2', '5', '0.5', '"1"', 'true'].map((shown) => `x is ${shown}; it must be an integer from -1 to 4.`),
    );
  });

  test('that is a flag is true or false', () => {
    const x = optional(flag, false);
    expect(readings(x, true, false, undefined, null)).toEqual([true, false, false, false]);
    expect(readings(x, 1)).toEqual(['x is 1; it must be true or false.']);
  });

  test('that is required must be present, and a string may be empty', () => {
    const x = required(anyText);
    expect(readings(x, 'a', '')).toEqual(['a', '']);
    expect(readings(x, undefined, null, 5)).toEqual(
      ['missing', 'null', '5'].map((shown) => `x is ${shown}; it must be a string.`),
    );
  });

  test('that is a list of strings accepts one or several non-empty strings', () => {
    const x = optional(texts(2), []);
    expect(readings(x, 'a', ['a', 'b'], [], undefined, null)).toEqual(['a', ['a', 'b'], [], [], []]);
    for (const message of readings(x, '', ['a', ''], ['a', 'b', 'c'], [5], 5)) {
      expect(message).toContain('; it must be a non-empty string, or a list of up to 2 of them.');
    }
  });

  test('that is a choice accepts only its names', () => {
    const x = optional(choice(['carry', 'line']), 'carry');
    expect(readings(x, 'line', undefined, null)).toEqual(['line', 'carry', 'carry']);
    expect(readings(x, 'Line')).toEqual(['x is "Line"; it must be one of carry, line.']);
  });

  test('that is an object has fields, or is null if missing', () => {
    const x = nested({ a: optional(flag, false) }, '{"a": true}');
    expect(readings(x, { a: true }, {}, undefined, null)).toEqual([{ a: true }, { a: false }, null, null]);
    expect(readings(x, [])).toEqual(['x is []; it must be an object such as {"a": true}.']);
    expect(() => readFields({ x: { a: 1 } }, { x })).toThrow('a is 1; it must be true or false.');
    expect(() => readFields({ x: { b: 1 } }, { x })).toThrow('"b" is not a field of x; its fields are a.');
  });
});

test('an unknown field is named with the known ones', () => {
  const fields = { a: optional(flag, false), b: ignored };
  expect(readFields({ a: true, b: 1 }, fields)).toEqual({ a: true });
  expect(() => readFields({ a: true, c: undefined }, fields)).toThrow(
    expect.objectContaining({
      code: 'unknown_field',
      message: '"c" is not a field of this request; its fields are a, b. Remove it.',
    }),
  );
});

test('an ignored field accepts any value and is not read', () => {
  for (const x of [1, 'a', [], {}, null]) expect(readFields({ x }, { x: ignored })).toEqual({});
});

test('an unsupported field accepts its value without effect', () => {
  const fields = { x: unsupported(0), y: unsupported(''), z: unsupported({}) };
  for (const nothing of [{}, { x: 0, y: '', z: {} }, { x: null, y: null, z: null }]) {
    expect(readFields(nothing, fields)).toEqual({});
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
    expect(() => readFields(something, fields)).toThrow('this server does not support it. Leave it out.');
  }
});

describe('docs/serve.md has each field of', () => {
  const docs = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8');
  const service = openService([served('a b')]);

  /** The names that an error about an unknown field lists. */
  async function namesOf(call: (body: Body) => Promise<unknown>, body: Body): Promise<string[]> {
    const { message } = (await call(body).catch((error: Error) => error as Error)) as Error;
    return /its fields are (.*)\. Remove it\.$/.exec(message)?.[1].split(', ') ?? [];
  }

  test.each<[string, (body: Body) => Promise<unknown>, Body, number]>([
    ['completions', (body) => complete(service, body), { x: 1 }, 30],
    ['stream_options', (body) => complete(service, body), { stream: true, stream_options: { x: 1 } }, 3],
    ['score', (body) => score(service, body), { x: 1 }, 4],
    ['suggest', (body) => suggest(service, body), { x: 1 }, 4],
  ])('%s', async (_, call, body, count) => {
    const names = await namesOf(call, body);
    expect(names).toHaveLength(count);
    expect(names.filter((name) => !docs.includes(`\`${name}\``) && !docs.includes(`"${name}"`))).toEqual([]);
  });
});
