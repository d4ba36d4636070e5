import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../../src/backends/open.ts';
import { Corpus } from '../../../../src/data/corpus.ts';
import { score } from '../../../../src/generation/scoring/score.ts';
import { ScoreTotals } from '../../../../src/generation/scoring/score-totals.ts';
import type { ScoredLine } from '../../../../src/generation/scoring/scored-line.ts';
import { evaluate, tokenLosses } from '../../../../src/training/evaluation/evaluate.ts';
import { randomIntegers } from '../../../data/random-integers.ts';
import { bitsOf, lines, open, reference, scored, wasm, words } from './scored.ts';

describe('lines', () => {
  test.each(['rnn', 'lstm', 'gru'] as const)(
    'of a %s have the bits that each has alone, on reference and wasm to the last one',
    async (cell) => {
      for (const backend of [reference, wasm]) {
        const text = lines(150, 21);
        const all = await scored(open(backend, 'word', cell), text);
        const alone = open(backend, 'word', cell);
        const each = [];
        for (const line of text.split(/(?<=\n)/)) each.push(...(await scored(alone, line)));
        expect(all.map(({ tokens }) => tokens)).toEqual(each.map(({ tokens }) => tokens));
      }
    },
  );

  test('are returned in text order for any lengths, numbered from 1', async () => {
    const text = lines(200, 4);
    const all = await scored(open(), text);
    expect(all.map(({ text }) => text)).toEqual(text.split('\n').slice(0, -1));
    expect(all.map(({ line }) => line)).toEqual(all.map((_, i) => i + 1));
  });

  test('are independent of one another; with carry, each depends on all text before', async () => {
    const last = async (text: string, state: 'line' | 'carry') =>
      (await scored(open(), text, { state })).at(-1)?.tokens;
    expect(await last('the cat\nthe dog\n', 'line')).toEqual(await last('dog ran\nthe dog\n', 'line'));
    expect(await last('the cat\nthe dog\n', 'carry')).not.toEqual(await last('dog ran\nthe dog\n', 'carry'));
  });

  test('an empty line is one newline token, and a final line of spaces has no token', async () => {
    const all = await scored(open(), '\nthe\n \t');
    expect(all.map(({ tokens }) => tokens.map(({ token }) => token))).toEqual([
      ['<eos>'],
      ['the', '<eos>'],
      [],
    ]);
    expect(await scored(open(), '')).toEqual([]);
  });

  test('above 4,096 tokens and 65,536 characters have the bits of one stream', async () => {
    const long = `${Array.from(randomIntegers(9, 6000, words.length), (n) => words[n]).join(' '.repeat(9))}\n`;
    expect(long.length).toBeGreaterThan(65_536);
    const model = open(wasm);
    const all = await scored(model, `the cat\n${long}the dog\n`);
    expect(all.length).toBeGreaterThan(3);
    expect(all.map(({ line }) => line).filter((line, i, numbers) => line !== numbers[i - 1])).toEqual([
      1, 2, 3,
    ]);
    expect(bitsOf(all.filter(({ line }) => line === 2))).toEqual(
      bitsOf(await scored(model, long, { state: 'carry' })),
    );
    expect(all.at(-1)?.tokens).toEqual((await scored(model, 'the dog\n'))[0].tokens);
    let position = 1;
    for (const piece of all.filter(({ line }) => line === 2)) {
      expect(piece.position).toBe(position);
      position += piece.tokens.length;
    }
  });
});

describe('a text', () => {
  test.each(['word', 'char', 'byte'] as const)(
    'of %ss, carried, costs what evaluate finds behind a newline; to the last bit',
    async (kind) => {
      const text = lines(100, 11);
      for (const backend of [reference, wasm]) {
        const model = open(backend, kind);
        const totals = new ScoreTotals();
        const all = await scored(model, text, { state: 'carry', alternatives: null });
        for (const line of all) totals.add(line);
        const corpus = Corpus.encode(`\n${text}`, model.tokenizer, model.vocabulary);
        const { loss, perplexity, targets, unknownTargets } = await evaluate(model.model, corpus);
        const losses = await tokenLosses(model.model, corpus.ids);
        expect(bitsOf(all)).toEqual(Array.from(losses, (loss) => loss / Math.LN2));
        expect(totals.tokens).toBe(targets);
        expect(totals.unknownTokens).toBe(unknownTargets);
        expect(totals.bits).toBeCloseTo((loss * targets) / Math.LN2, 6);
        expect(totals.perplexity).toBeCloseTo(perplexity, 8);
        expect(totals.characters).toBe(corpus.characters - 1);
        expect(totals.lines).toBe(100);
      }
    },
  );

  test('carries its state by default', async () => {
    const all: ScoredLine[] = [];
    for await (const line of score(open(), lines(20, 5))) all.push(line);
    expect(all).toEqual(await scored(open(), lines(20, 5), { state: 'carry' }));
    expect(all).not.toEqual(await scored(open(), lines(20, 5), { state: 'line' }));
  });

  test('has the same scores as a string, an array and any chunks', async () => {
    const text = lines(100, 31);
    for (const state of ['line', 'carry'] as const) {
      const whole = await scored(open(), text, { state });
      expect(await scored(open(), text.split(/(?<=\n)/), { state })).toEqual(whole);
      async function* chunks() {
        for (let start = 0; start < text.length; start += 37) yield text.slice(start, start + 37);
      }
      const all: ScoredLine[] = [];
      for await (const line of score(open(), chunks(), { state })) all.push(line);
      expect(all).toEqual(whole);
    }
  });

  test('is scored line by line as it arrives', async () => {
    async function* chunks() {
      yield 'the cat\nthe d';
      throw new Error('nobody asked for more');
    }
    const results = score(open(), chunks());
    expect((await results.next()).value).toMatchObject({ line: 1, text: 'the cat' });
    await expect(results.next()).rejects.toThrow('nobody asked');
  });

  test('of any length needs constant memory', async () => {
    // Of its own: the models of other tests are freed when they are collected.
    const wasm = await openBackend('wasm', { threads: 1 });
    const model = open(wasm);
    const part = lines(500, 2);
    function* endless(parts: number) {
      for (let i = 0; i < parts; i++) yield part;
    }
    await scored(model, endless(6));
    const used = wasm.arena.bytesUsed;
    let [all, whole] = [0, 0];
    for await (const { ends } of score(model, endless(12), { state: 'line' })) {
      all++;
      whole += Number(ends);
    }
    expect([all, whole]).toEqual([6000, 6000]);
    expect(wasm.arena.bytesUsed).toBe(used);
  });
});
