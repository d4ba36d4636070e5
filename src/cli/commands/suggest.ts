import type { Suggestions } from '../../generation/suggestions/next-tokens.ts';
import { hasPieces } from '../../generation/suggestions/pieces.ts';
import { Suggester } from '../../generation/suggestions/suggest.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { positiveInteger } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { parsePrompt } from '../files/prompts.ts';
import { percent } from '../terminal/format.ts';
import { isInteractive } from '../terminal/raw-input.ts';
import { print } from '../terminal/streams.ts';
import { pairs } from '../terminal/table.ts';
import { interactive } from './suggest/interactive.ts';

export const suggest: Body = command({
  operands: { usage: 'MODEL [TEXT]', min: 1, max: 2 },
  notes:
    'The likeliest next words, or characters of a model of characters. Letters at the end of TEXT are a half-typed\n' +
    'word: only words that begin with them are suggested. End TEXT with a space for the word after. Without TEXT, at a\n' +
    'terminal: a line with suggestions beneath while you type. Tab takes the first, Enter lets the model finish the\n' +
    'line, Ctrl-D leaves.',
  options: {
    top: { value: 'N', type: positiveInteger, help: 'How many of them', default: 5 },
    ...modelOptions,
    json: { help: 'Print {half, mass, next: [{token, probability}]} as one JSON object' },
  },
  examples: [
    { line: 'unrolled suggest model.safetensors "my fellow "', what: 'the five likeliest next words' },
    { line: 'unrolled suggest model.safetensors', what: 'a line to type in, with suggestions beneath' },
    {
      line: 'unrolled suggest model.safetensors "my fellow am" --top 3',
      what: 'the likeliest of those in am…',
    },
  ],
  inputs: (_, [path]) => [path],
  run: async ({ top, json, ...how }, [path, text]) => {
    if (text === undefined) {
      if (json || !isInteractive()) throw needsText(path);
      return interactive(await openModel(path, how), top);
    }
    const saved = await openModel(path, how);
    const found = new Suggester(saved).suggest(text, top);
    const before = text.slice(0, text.length - found.half.length);
    // Names what the vocabulary lacks, which the suggester reads in silence.
    if (before.trim() !== '') parsePrompt('suggest', before, saved);
    await print(
      `${json ? JSON.stringify(found) : describe(found, hasPieces(saved.tokenizer) ? 'word' : 'token')}\n`,
    );
    return 0;
  },
});

function needsText(path: string): UsageError {
  const advice = 'A line to type in is for terminals, without --json. Write a text.';
  return new UsageError(`suggest: got '${path}'; it needs MODEL TEXT. ${advice}`);
}

/** @param unit what is suggested */
function describe({ half, mass, next }: Suggestions, unit: string): string {
  const begun = `that begin${next.length === 0 ? 's' : ''} with ${JSON.stringify(half)}`;
  if (next.length === 0) return `No ${unit} ${begun} can come.`;
  const rows = pairs(next.map(({ token, probability }) => [JSON.stringify(token), percent(probability)]));
  if (half === '') return rows;
  const units = unit.charAt(0).toUpperCase() + unit.slice(1);
  return `${rows}\n\n${units}s ${begun} have ${percent(mass)} of the probability.`;
}
