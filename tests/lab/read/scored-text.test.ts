import {
  type CompactLine,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  SavedModel,
  scoreCompact,
  Vocabulary,
} from 'unrolled';
import { describe, expect, test } from 'vitest';
import { passageOf } from '../../../lab/src/engine/scoring/details.ts';
import { linesTogether } from '../../../lab/src/engine/scoring/lines-together.ts';
import { curveOf, placesOf } from '../../../lab/src/engine/scoring/outline.ts';
import { PairedUnits } from '../../../lab/src/engine/scoring/paired-units.ts';
import { RowLayout } from '../../../lab/src/engine/scoring/row-layout.ts';
import { ScoredText } from '../../../lab/src/engine/scoring/scored-text.ts';
import { rowsOf } from '../../../lab/src/engine/scoring/segments.ts';
import { columnsOf } from '../../../lab/src/engine/scoring/shown-tokens.ts';
import { sentences } from '../../support/process.ts';

const backend = await openBackend('reference');
const text = `${sentences(12)}  indented, with  two spaces\n\n책을 읽는다\nlast line without an end`;

function saved(kind: 'word' | 'char' | 'byte', seed: number): SavedModel {
  const tokenizer = openTokenizer(kind);
  const vocabulary = tokenizer.fixedVocabulary() ?? Vocabulary.build(tokenizer.tokenize(text));
  const sizes = { cell: 'rnn', embeddingSize: 4, hiddenSize: 5, layers: 1 } as const;
  const model = new RecurrentLM(backend, { ...sizes, vocabSize: vocabulary.size });
  const random = new Random(seed);
  for (const { value } of model.params) {
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => 0.7 * random.normal()),
    );
  }
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  return new SavedModel({ model, tokenizer, vocabulary, ...rest });
}

async function scored(model: SavedModel): Promise<ScoredText> {
  const found = new ScoredText(model);
  for await (const line of scoreCompact(model, text, { alternatives: 2 })) found.add(line);
  return found;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe.each(['word', 'char', 'byte'] as const)('a text scored by a model of the kind %s', (kind) => {
  test('is whole in its rows, and no row is wider than it may be', async () => {
    const one = await scored(saved(kind, 1));
    for (const numbers of [false, true]) {
      const rows = new RowLayout(one, { by: 'token', columns: 30, numbers });
      const found = rowsOf([one], null, rows, 0, rows.rows);
      const segments = found.flatMap(({ sides }) => sides[0]);
      const shown = segments.map(({ space, text: part }) => space + part).join('');
      expect(shown.replaceAll('⏎', '\n').replaceAll('·', '')).toBe(text);
      expect(segments.map(({ bits }) => bits)).toEqual(
        one.lines.flatMap(({ tokens }) => Array.from(tokens, ({ bits }) => bits)),
      );
      const widths = found.map(({ sides }) =>
        sides[0].map(({ space, text: part }) => columnsOf(space + part)),
      );
      expect(widths.filter((row) => row.length > 1 && sum(row) > 30)).toEqual([]);
      expect(found.flatMap(({ line }) => line ?? [])).toEqual(one.lines.map(({ line }) => line));
    }
  });

  test('has the bits of its tokens in words and lines', async () => {
    const one = await scored(saved(kind, 1));
    for (const by of ['word', 'line'] as const) {
      const { ends, bits } = one.units[by];
      for (let unit = 0; unit < ends.length; unit++) {
        const tokens = [...one.tokens(one.firstOf(by, unit), ends.at(unit))];
        expect(bits.at(unit)).toBe(sum(tokens.map((token) => token.bits)));
        expect(one.unitOf(by, ends.at(unit) - 1)).toBe(unit);
      }
      expect(ends.at(ends.length - 1)).toBe(one.length);
    }
  });

  test('a passage has its token where it says', async () => {
    const one = await scored(saved(kind, 1));
    const at = one.length - 3;
    const passage = passageOf(one, at);
    const inPassage = [...saved(kind, 1).tokenizer.spans(passage.text)];
    const [wanted] = one.tokens(at, at + 1);
    expect(inPassage[passage.token].token).toBe(wanted.token);
    expect(text).toContain(passage.text);
  });
});

test('two models of the same tokens differ token by token; places are those of the largest differences', async () => {
  const [a, b] = await Promise.all([scored(saved('char', 1)), scored(saved('char', 2))]);
  const pairs = new PairedUnits(a, b, true);
  const [ofA, ofB] = [a, b].map(({ lines }) =>
    lines.flatMap(({ tokens }) => Array.from(tokens, ({ bits }) => bits)),
  );
  const differences = ofA.map((bits, i) => ofB[i] - bits);
  const rows = new RowLayout(a, { by: 'token', columns: 40, numbers: false });
  const shown = rowsOf([a, b], pairs, rows, 0, rows.rows).flatMap(({ sides }) => sides[0]);
  expect(shown.map(({ difference }) => difference)).toEqual(differences);
  const largest = differences.map(Math.abs).sort((x, y) => y - x);
  expect(placesOf(a, pairs, rows).map(({ level }) => Math.abs(level))).toEqual(largest.slice(0, 12));
});

test('models of different tokens share words and rows', async () => {
  const [a, b] = await Promise.all([scored(saved('word', 1)), scored(saved('char', 2))]);
  const pairs = new PairedUnits(a, b, false);
  const rows = new RowLayout(a, { by: 'word', columns: 40, numbers: false });
  for (const { sides } of rowsOf([a, b], pairs, rows, 0, rows.rows)) {
    const [first, second] = sides.map((side) => side.map(({ text: part }) => part.trim()).join(' '));
    expect(second.replaceAll(/\s+/g, ' ').trim()).toBe(first.replaceAll(/\s+/g, ' ').trim());
  }
  for (let word = 0; word < a.units.word.ends.length; word++) {
    const other = pairs.other('word', word);
    if (other === null) continue;
    const difference = b.units.word.bits.at(other) - a.units.word.bits.at(word);
    expect(pairs.difference('word', word)).toBe(difference);
  }
  const all = a.units.line.ends.length;
  const perLine = Array.from({ length: all }, (_, line) => pairs.difference('line', line)!);
  const bits = perLine.map((difference, line) => difference * a.characters.at(line));
  expect(sum(bits)).toBeCloseTo(b.totals.bits - a.totals.bits, 8);
});

test('the curve has the mean surprisal of equal parts', async () => {
  const one = await scored(saved('char', 1));
  const { at, bits } = curveOf([one]);
  const all = one.lines.flatMap(({ tokens }) => Array.from(tokens, (token) => token.bits));
  const part = all.slice(at[7], at[8]);
  expect(bits[0][7]).toBeCloseTo(sum(part) / part.length, 12);
});

test('lines that one model has no token in are left out', async () => {
  const lines = (numbers: readonly number[]) => numbers.map((line) => ({ line }) as CompactLine);
  const pairs: number[][] = [];
  for await (const found of linesTogether([lines([1, 2, 4, 5]), lines([2, 3, 4])])) {
    pairs.push(found.map(({ line }) => line));
  }
  expect(pairs).toEqual([
    [2, 2],
    [4, 4],
  ]);
});
