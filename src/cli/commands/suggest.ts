import type { Suggestions } from '../../generation/suggestions/next-tokens.ts';
import { hasPieces } from '../../generation/suggestions/pieces.ts';
import { Suggester } from '../../generation/suggestions/suggest.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { positiveInteger } from '../arguments/value-types.ts';
import { type CommandSpec, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { parsePrompt } from '../files/prompts.ts';
import { percent } from '../terminal/format.ts';
import { isInteractive } from '../terminal/raw-input.ts';
import { print } from '../terminal/streams.ts';
import { pairs } from '../terminal/table.ts';
import { interactive } from './suggest/interactive.ts';

export const suggest: CommandSpec = command({
  operands: { usage: 'MODEL [TEXT]', min: 1, max: 2 },
  notes:
    'Prints the most likely next words, or characters of a character model. If TEXT ends within a word,\n' +
    'only words with this beginning are suggested; end TEXT with a space to suggest the next word.\n' +
    'Without TEXT, at a terminal, suggestions are shown below the line as you type. Tab accepts the\n' +
    'first one, Enter lets the model complete the line, Ctrl-D quits.',
  options: {
    top: { value: 'N', type: positiveInteger, help: 'Number of suggestions', default: 5 },
    ...modelOptions,
    json: { help: 'Print {half, mass, next: [{token, probability}]} as one JSON object' },
  },
  examples: [
    { line: 'unrolled suggest model.safetensors "my fellow "', what: 'the five most likely next words' },
    { line: 'unrolled suggest model.safetensors', what: 'interactive: suggestions as you type' },
    {
      line: 'unrolled suggest model.safetensors "my fellow am" --top 3',
      what: 'the most likely words that begin with am',
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
    // Reports words outside the vocabulary, which the suggester does not.
    if (before.trim() !== '') parsePrompt('suggest', before, saved);
    await print(
      `${json ? JSON.stringify(found) : describe(found, hasPieces(saved.tokenizer) ? 'word' : 'token')}\n`,
    );
    return 0;
  },
});

function needsText(path: string): UsageError {
  const advice = 'Interactive use needs a terminal and no --json. Add TEXT.';
  return new UsageError(`suggest: got '${path}' without TEXT; it needs MODEL TEXT. ${advice}`);
}

/** @param unit `word` or `token` */
function describe({ half, mass, next }: Suggestions, unit: string): string {
  const begun = `that begin${next.length === 0 ? 's' : ''} with ${JSON.stringify(half)}`;
  if (next.length === 0) return `No ${unit} ${begun} is possible.`;
  const rows = pairs(next.map(({ token, probability }) => [JSON.stringify(token), percent(probability)]));
  if (half === '') return rows;
  const units = unit.charAt(0).toUpperCase() + unit.slice(1);
  return `${rows}\n\n${units}s ${begun} have ${percent(mass)} of the probability.`;
}
