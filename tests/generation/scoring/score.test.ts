import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { Corpus } from '../../../src/data/corpus.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { likeliest, probabilities } from '../../../src/generation/sampling/sample.ts';
import { score } from '../../../src/generation/scoring/score.ts';
import { ScoreTotals } from '../../../src/generation/scoring/score-totals.ts';
import type { ScoredLine, ScoreOptions } from '../../../src/generation/scoring/scored-line.ts';
import { generate } from '../../../src/generation/writing/generate.ts';
import type { TextModel } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { evaluate, tokenLosses } from '../../../src/training/evaluation/evaluate.ts';
import { randomIntegers } from '../../data/random-integers.ts';

const reference = await openBackend('reference');
const wasm = await openBackend('wasm', { threads: 2 });

const words = ['the', 'cat', 'dog', 'sat', 'ran', 'here', 'there', 'and', '.'];

/** A model whose scores differ enough that the past matters. */
function open(
  backend: Backend = reference,
  kind: 'word' | 'char' | 'byte' = 'word',
  cell: 'rnn' | 'lstm' | 'gru' = 'lstm',
): TextModel {
  const tokenizer = openTokenizer(kind);
  const known = kind === 'word' ? words : [...'abcdehnorst .'];
  const vocabulary =
    kind === 'byte'
      ? Vocabulary.bytes()
      : Vocabulary.fromTokens([...known, kind === 'word' ? '<eos>' : '\n', '<unk>'], '<unk>');
  const config = { cell, vocabSize: vocabulary.size, embeddingSize: 5, hiddenSize: 7, layers: 2 } as const;
  const model = new RecurrentLM(backend, config, new Random(6));
  const random = new Random(7);
  for (const { value } of model.params) value.set(value.values().map(() => 0.7 * random.normal()));
  return { model, tokenizer, vocabulary };
}

/** Lines of all lengths, some empty, some words unknown. */
function lines(count: number, seed: number, longest = 12): string {
  const lengths = randomIntegers(seed, count, longest);
  const picks = randomIntegers(seed + 1, count * longest, words.length + 1);
  return Array.from(lengths, (length, i) => {
    const picked = Array.from(picks.slice(i * longest, i * longest + length), (n) => words[n] ?? 'unicorn');
    return `${picked.join(' ')}\n`;
  }).join('');
}

/** Lines on their own, unless told otherwise. */
async function scored(model: TextModel, text: string | Iterable<string>, given: ScoreOptions = {}) {
  const options = { state: 'line', ...given } as const;
  const all: ScoredLine[] = [];
  for await (const line of score(model, text, options)) all.push(line);
  return all;
}

const bitsOf = (all: readonly ScoredLine[]) => all.flatMap(({ tokens }) => tokens.map(({ bits }) => bits));

/** The chances of what follows `ids`, by one plain pass over them. */
function chancesAfter({ model }: TextModel, ids: readonly number[]): Float64Array {
  const whole = Int32Array.from(ids);
  model.resetState();
  const { xs } = model.place({ N: 1, T: whole.length, xs: whole, ts: whole });
  return probabilities(
    model
      .predict(xs)
      .step(whole.length - 1)
      .values(),
  );
}

describe('a token', () => {
  test.each(['line', 'carry'] as const)(
    'has the bits, rank and alternatives of a plain pass over all before it; state %s',
    async (state) => {
      const [model, judge] = [open(), open()];
      const text = lines(12, 5);
      const newline = model.vocabulary.idOf('<eos>') as number;
      let before = [newline];
      for (const { tokens } of await scored(model, text, { state, alternatives: 4 })) {
        if (state === 'line') before = [newline];
        for (const { id, bits, rank, alternatives } of tokens) {
          const chances = chancesAfter(judge, before);
          expect(bits).toBeCloseTo(-Math.log2(chances[id]), 9);
          expect(rank).toBe(1 + chances.filter((chance) => chance > chances[id]).length);
          const expected = likeliest(chances, 4);
          expect(alternatives.map((found) => found.id)).toEqual(expected.map((found) => found.id));
          alternatives.forEach(({ probability }, i) => {
            expect(probability).toBeCloseTo(expected[i].probability, 9);
          });
          before.push(id);
        }
      }
    },
  );

  test('has alternatives whose probabilities are below 1 where the logits are huge', async () => {
    for (const backend of [reference, wasm]) {
      const model = open(backend);
      const bias = model.model.params.find(({ name }) => name === 'affine.b')?.value as Tensor;
      backend.write(
        bias,
        Float64Array.from({ length: bias.size }, (_, i) => (i % 3 === 0 ? 1e37 : -1e36 * i)),
      );
      for (const { tokens } of await scored(model, lines(6, 5), { alternatives: 6 })) {
        for (const { alternatives } of tokens) {
          for (const { probability } of alternatives) expect(probability).toBeLessThanOrEqual(1);
          expect(alternatives.at(-1)?.probability).toBe(0);
        }
      }
    }
  });

  test('is given as the text has it, and told when the vocabulary lacks it', async () => {
    const [line] = await scored(open(), 'the unicorn sat <unk>\r\n');
    expect(line).toMatchObject({
      line: 1,
      position: 1,
      starts: true,
      ends: true,
      text: 'the unicorn sat <unk>',
    });
    expect(line.characters).toBe(23);
    expect(line.tokens.map(({ token, known }) => [token, known])).toEqual([
      ['the', true],
      ['unicorn', false],
      ['sat', true],
      ['<unk>', true],
      ['<eos>', true],
    ]);
  });

  test('has the same bits without ranks, and then neither rank nor alternatives', async () => {
    for (const backend of [reference, wasm]) {
      const [with3, without] = [{}, { alternatives: null }].map((o) =>
        scored(open(backend), lines(30, 8), o),
      );
      expect(bitsOf(await without)).toEqual(bitsOf(await with3));
      for (const { tokens } of await without) {
        for (const token of tokens) expect(token).toMatchObject({ rank: null, alternatives: [] });
      }
    }
  });

  test('has no more alternatives than there are tokens, and none when none are wanted', async () => {
    const model = open();
    const [many] = await scored(model, 'the', { alternatives: 100 });
    expect(many.tokens[0].alternatives).toHaveLength(model.vocabulary.size);
    const [none] = await scored(model, 'the', { alternatives: 0 });
    expect(none.tokens[0]).toMatchObject({ rank: expect.any(Number), alternatives: [] });
  });
});

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

  test('come out in the order of the text, whatever their lengths, numbered from 1 on', async () => {
    const text = lines(200, 4);
    const all = await scored(open(), text);
    expect(all.map(({ text }) => text)).toEqual(text.split('\n').slice(0, -1));
    expect(all.map(({ line }) => line)).toEqual(all.map((_, i) => i + 1));
  });

  test('know nothing of one another; carried, everything that comes before', async () => {
    const last = async (text: string, state: 'line' | 'carry') =>
      (await scored(open(), text, { state })).at(-1)?.tokens;
    expect(await last('the cat\nthe dog\n', 'line')).toEqual(await last('dog ran\nthe dog\n', 'line'));
    expect(await last('the cat\nthe dog\n', 'carry')).not.toEqual(await last('dog ran\nthe dog\n', 'carry'));
  });

  test('an empty line is one newline, a last line of blanks is no token', async () => {
    const all = await scored(open(), '\nthe\n \t');
    expect(all.map(({ tokens }) => tokens.map(({ token }) => token))).toEqual([
      ['<eos>'],
      ['the', '<eos>'],
      [],
    ]);
    expect(await scored(open(), '')).toEqual([]);
  });

  test('above 4,096 tokens and 65,536 characters are read on and on, with the bits of one stream', async () => {
    const long = `${Array.from(randomIntegers(9, 20_000, words.length), (n) => words[n]).join(' ')}\n`;
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
      const text = lines(300, 11);
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
        expect(totals.lines).toBe(300);
      }
    },
  );

  test('carries its state where nobody says', async () => {
    const all: ScoredLine[] = [];
    for await (const line of score(open(), lines(20, 5))) all.push(line);
    expect(all).toEqual(await scored(open(), lines(20, 5), { state: 'carry' }));
    expect(all).not.toEqual(await scored(open(), lines(20, 5), { state: 'line' }));
  });

  test('has the same scores in one string, in an array, and in chunks cut anywhere', async () => {
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

  test('gives its lines as they come', async () => {
    async function* chunks() {
      yield 'the cat\nthe d';
      throw new Error('nobody asked for more');
    }
    const results = score(open(), chunks());
    expect((await results.next()).value).toMatchObject({ line: 1, text: 'the cat' });
    await expect(results.next()).rejects.toThrow('nobody asked');
  });

  test('of any length takes the memory of a short one', async () => {
    // Of its own: the models of other tests are freed when they are collected.
    const wasm = await openBackend('wasm', { threads: 1 });
    const model = open(wasm);
    const part = lines(500, 2);
    function* endless(parts: number) {
      for (let i = 0; i < parts; i++) yield part;
    }
    await scored(model, endless(15));
    const used = wasm.arena.bytesUsed;
    for await (const line of score(model, endless(60), { state: 'line' })) expect(line.ends).toBe(true);
    expect(wasm.arena.bytesUsed).toBe(used);
  });
});

describe('the model', () => {
  test('has its own carried state before and after, also between two lines', async () => {
    const model = open();
    const block = { N: 3, T: 2, xs: Int32Array.of(1, 2, 3, 4, 5, 6), ts: new Int32Array(6) };
    model.model.predict(model.model.place(block).xs);
    const before = model.model.getState();
    for (const state of ['line', 'carry'] as const) {
      for await (const _ of score(model, lines(40, 3), { state })) {
        expect(model.model.getState()).toEqual(before);
      }
    }
    expect(before?.N).toBe(3);
  });

  test('may be used by others between two lines: two scores and a generator keep apart', async () => {
    const [model, judge] = [open(), open()];
    const [a, b] = [lines(40, 50), lines(40, 60)];
    const expected = [await scored(judge, a, { state: 'carry' }), await scored(judge, b, { state: 'carry' })];
    const chunked = (text: string) => text.split(/(?<=\n)/).map((line) => Promise.resolve(line));
    async function* slowly(text: string) {
      for (const line of chunked(text)) yield line;
    }
    const runs = [a, b].map((text) => score(model, slowly(text), { state: 'carry' }));
    const found: [ScoredLine[], ScoredLine[]] = [[], []];
    const options = { prompt: Int32Array.of(1), random: new Random(1) };
    const text = generate(model.model, options);
    const alone = generate(open().model, { ...options, random: new Random(1) });
    for (let i = 0; i < 40; i++) {
      found[0].push((await runs[0].next()).value as ScoredLine);
      expect((await text.next()).value).toBe((await alone.next()).value);
      found[1].push((await runs[1].next()).value as ScoredLine);
    }
    expect(found).toEqual(expected);
  });
});

describe('score', () => {
  test('stops at once when its signal is aborted, and leaves the state alone', async () => {
    const model = open();
    const controller = new AbortController();
    const results = score(model, lines(20, 1).split(/(?<=\n)/), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(results.next()).rejects.toThrow('enough');
    expect(model.model.getState()).toBe(null);
  });

  test('refuses a token that nothing can stand for, and a newline too', async () => {
    const tokenizer = openTokenizer('word');
    const { model } = open();
    const vocabulary = Vocabulary.fromTokens([...words, '<eos>', 'a'], null);
    await expect(scored({ model, tokenizer, vocabulary }, 'the unicorn')).rejects.toThrow('"unicorn"');
    const lineless = Vocabulary.fromTokens([...words, 'a', 'b'], null);
    await expect(scored({ model, tokenizer, vocabulary: lineless }, 'the')).rejects.toThrow('"<eos>"');
  });

  test('passes no NaN on', async () => {
    const model = open(wasm);
    const bias = model.model.params.at(-1)!.value;
    bias.set(new Array(bias.size).fill(Number.NaN));
    for (const alternatives of [3, null]) {
      await expect(scored(model, 'the cat', { alternatives })).rejects.toThrow('it must be finite');
    }
  });
});
