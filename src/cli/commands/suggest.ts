import type { Suggestions } from '../../generation/suggestions/next-tokens.ts';
import { Suggester } from '../../generation/suggestions/suggest.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { positiveInteger } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { parsePrompt } from '../files/prompts.ts';
import { percent } from '../terminal/format.ts';
import { print } from '../terminal/streams.ts';
import { pairs } from '../terminal/table.ts';

export const suggest: Body = command({
  operands: { usage: 'MODEL TEXT', min: 2, max: 2 },
  notes:
    'The likeliest next tokens. With words as tokens, letters behind the last space of TEXT are a half-typed\n' +
    'word: only words that begin so are suggested. End TEXT with a space for the word after.',
  options: {
    top: { value: 'N', type: positiveInteger, help: 'How many of them', default: 5 },
    ...modelOptions,
    json: { help: 'Print {half, mass, next: [{token, probability}]} as one JSON object' },
  },
  examples: [
    { line: 'unrolled suggest model.safetensors "my fellow "', what: 'the five likeliest next words' },
    {
      line: 'unrolled suggest model.safetensors "my fellow am" --top 3',
      what: 'the likeliest of those in am…',
    },
  ],
  inputs: (_, [path]) => [path],
  run: async ({ top, json, ...how }, [path, text]) => {
    const saved = await openModel(path, how);
    const found = new Suggester(saved).suggest(text, top);
    const before = text.slice(0, text.length - found.half.length);
    // Names what the vocabulary lacks, which the suggester reads in silence.
    if (before.trim() !== '') parsePrompt('suggest', before, saved);
    await print(`${json ? JSON.stringify(found) : describe(found)}\n`);
    return 0;
  },
});

function describe({ half, mass, next }: Suggestions): string {
  if (next.length === 0) return `No token that begins with ${JSON.stringify(half)} can come.`;
  const rows = pairs(next.map(({ token, probability }) => [JSON.stringify(token), percent(probability)]));
  if (half === '') return rows;
  return `${rows}\n\nTokens that begin with ${JSON.stringify(half)} have ${percent(mass)} of the probability.`;
}
