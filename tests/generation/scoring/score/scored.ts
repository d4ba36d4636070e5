import type { Backend } from '../../../../src/backends/backend.ts';
import { openBackend } from '../../../../src/backends/open.ts';
import { openTokenizer } from '../../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../../src/data/vocabulary/vocabulary.ts';
import { probabilities } from '../../../../src/generation/sampling/sample.ts';
import { score } from '../../../../src/generation/scoring/score.ts';
import type { ScoredLine, ScoreOptions } from '../../../../src/generation/scoring/scored-line.ts';
import type { TextModel } from '../../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../../src/models/recurrent-lm.ts';
import { Random } from '../../../../src/tensor/random.ts';
import { randomIntegers } from '../../../data/random-integers.ts';

export const reference = await openBackend('reference');
export const wasm = await openBackend('wasm', { threads: 2 });

export const words = ['the', 'cat', 'dog', 'sat', 'ran', 'here', 'there', 'and', '.'];

/** A model whose scores differ enough that the past matters. */
export function open(
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
export function lines(count: number, seed: number, longest = 12): string {
  const lengths = randomIntegers(seed, count, longest);
  const picks = randomIntegers(seed + 1, count * longest, words.length + 1);
  return Array.from(lengths, (length, i) => {
    const picked = Array.from(picks.slice(i * longest, i * longest + length), (n) => words[n] ?? 'unicorn');
    return `${picked.join(' ')}\n`;
  }).join('');
}

/** Lines on their own, unless told otherwise. */
export async function scored(model: TextModel, text: string | Iterable<string>, given: ScoreOptions = {}) {
  const options = { state: 'line', ...given } as const;
  const all: ScoredLine[] = [];
  for await (const line of score(model, text, options)) all.push(line);
  return all;
}

export const bitsOf = (all: readonly ScoredLine[]) =>
  all.flatMap(({ tokens }) => tokens.map(({ bits }) => bits));

/** The chances of what follows `ids`, by one plain pass over them. */
export function chancesAfter({ model }: TextModel, ids: readonly number[]): Float64Array {
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
