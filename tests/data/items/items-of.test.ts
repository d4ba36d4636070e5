import { describe, expect, test } from 'vitest';
import { type ItemSplit, itemSplit } from '../../../src/data/items/item-split.ts';
import type { SplitterOptions } from '../../../src/data/items/item-splitter.ts';
import { itemSplitter, itemsOf } from '../../../src/data/items/items-of.ts';

/** The items of a text, the same in chunks of any length. */
function split(how: ItemSplit, text: string, options: SplitterOptions = {}): string[] {
  const whole = [...itemsOf(text, itemSplitter(how, options))];
  for (const length of [1, 2, 3, 7]) {
    const chunks = Array.from({ length: Math.ceil(text.length / length) }, (_, i) =>
      text.slice(i * length, (i + 1) * length),
    );
    expect([...itemsOf(chunks, itemSplitter(how, options))], `chunks of ${length}`).toEqual(whole);
  }
  return whole;
}

describe('line', () => {
  test('each line is an item without its line end, CRLF too; an empty line is an empty item', () => {
    expect(split('line', 'emma\r\n\nolivia \n😀\n')).toEqual(['emma', '', 'olivia ', '😀']);
  });

  test('a text without a final newline has the same items; an empty text has none', () => {
    expect(split('line', 'a\nb')).toEqual(split('line', 'a\nb\n'));
    expect(split('line', '')).toEqual([]);
  });

  test('a line of 100 MB in small chunks is one item, in linear time', () => {
    const chunk = 'x'.repeat(2 ** 16);
    const splitter = itemSplitter('line');
    for (let i = 0; i < 1600; i++) expect(splitter.push(chunk)).toEqual([]);
    expect(splitter.push('\nshort\n').map(({ length }) => length)).toEqual([1600 * 2 ** 16, 5]);
  });
});

test('blank-line: each paragraph is an item with its inner line ends; blank lines are not items', () => {
  expect(split('blank-line', '\n\nfirst\r\nsecond\r\n\r\n \t\nthird\n\n\n')).toEqual([
    'first\r\nsecond',
    'third',
  ]);
});

test('file: a text is one item, unchanged', () => {
  expect(split('file', '\nall\r\nof it\n')).toEqual(['\nall\r\nof it\n']);
});

describe('jsonl', () => {
  test('each object gives the string under the key; blank lines and a byte order mark are skipped', () => {
    const text = '\ufeff{"text":"a\\nb","n":1}\r\n\n{"other":[{}],"text":""}\n{"text":"\\ud83d\\ude00"}';
    expect(split('jsonl:text', text)).toEqual(['a\nb', '', '😀']);
  });

  test('a key may contain a colon or be __proto__', () => {
    expect(split('jsonl:a:b', '{"a:b":"x"}')).toEqual(['x']);
    expect(split('jsonl:__proto__', '{"__proto__":"x"}')).toEqual(['x']);
    expect(() => split('jsonl:__proto__', '{}')).toThrow(/line 1: the object has no "__proto__"/);
  });

  test.each([
    [
      '{"text":"a"}\n{"text":',
      /^f\.jsonl, line 2: .* is not JSON; the line must be a JSON object with a string under "text"/,
    ],
    ['{"text":"a"}\n\n[1]', /line 3: the JSON is not an object/],
    ['null', /line 1: the JSON is not an object/],
    ['{"txt":"a"}', /line 1: the object has no "text"/],
    ['{"text":7}', /line 1: "text" is not a string/],
    [`${'['.repeat(1e6)}`, /line 1: "\[{40}" is not JSON/],
  ])('%.20j names its line', (text, message) => {
    expect(() => [...itemsOf(text, itemSplitter('jsonl:text', { where: 'f.jsonl' }))]).toThrow(message);
  });

  test('skipBad skips and counts such lines', () => {
    const splitter = itemSplitter('jsonl:text', { skipBad: true });
    expect([...itemsOf('{\n{"text":"a"}\n{}\n{"text":null}\n"b"\n', splitter)]).toEqual(['a']);
    expect(splitter.skipped).toBe(4);
  });
});

describe('csv', () => {
  test('a column is given by its name or its number', () => {
    const text = '\ufeffid,text\r\n1,a\r\n2,b\r\n\r\n3,c';
    expect(split('csv:text', text)).toEqual(['a', 'b', 'c']);
    expect(split('csv:1', text)).toEqual(['1', '2', '3']);
    expect(split('csv:1', '2,1\na,b\n')).toEqual(['b']);
    expect(split('csv:id', text)).toEqual(['1', '2', '3']);
  });

  test('quoted fields may contain commas, line ends and quotes', () => {
    const text = 'n,"t"\n1,"a, ""b""\r\nc"\n"2","""",\n3,""\n4,x"y"\n';
    expect(split('csv:t', text)).toEqual(['a, "b"\r\nc', '"', '', 'x"y"']);
    expect(split('csv:n', text)).toEqual(['1', '2', '3', '4']);
  });

  test('in a single column, empty rows are skipped and an empty item is quoted', () => {
    expect(split('csv:name', 'name\na\n\n""\r\n\r\nb\n')).toEqual(['a', '', 'b']);
    expect(() => split('csv:2', 'a,b\nx\r\n')).toThrow(/line 2: the row has 1 field/);
  });

  test.each([
    ['id,text\n1,"a\n2,b\n', /^f\.csv, line 2: the quote that opens here is never closed/],
    ['id,text\n1,"a"b\n', /line 2: there is text after the closing quote/],
    ['id,text\n"1\n1",a\n2\n', /line 4: the row has 1 field; it must have the column "text", number 2/],
    ['id,body\n1,a\n', /line 1: there is no column "text"; the columns are "id, body"/],
    ['', /line 1: the file has no rows/],
  ])('%j names its line', (text, message) => {
    expect(() => [...itemsOf(text, itemSplitter('csv:text', { where: 'f.csv' }))]).toThrow(message);
  });

  test('skipBad skips and counts rows, but throws for an unclosed quote', () => {
    const splitter = itemSplitter('csv:b', { skipBad: true });
    expect([...itemsOf('a,b\n1\n1,2\n1,"2"3\n1,4\n', splitter)]).toEqual(['2', '4']);
    expect(splitter.skipped).toBe(2);
    expect(() => split('csv:b', 'a,b\n"', { skipBad: true })).toThrow(/never closed/);
  });
});

test('an invalid split is refused', () => {
  for (const wrong of ['lines', 'jsonl', 'jsonl:', 'csv:', '', 7, null]) {
    expect(itemSplit.accepts(wrong)).toBe(false);
    expect(() => itemSplitter(wrong as never)).toThrow(
      /it must be line, blank-line, file, jsonl:FIELD or csv:COLUMN/,
    );
  }
});
