import type { ItemSplit } from '../../data/items/item-split.ts';
import { UnrolledError } from '../../errors.ts';
import { score as scoreLines } from '../../generation/scoring/score.ts';
import { ScoreTotals } from '../../generation/scoring/score-totals.ts';
import { WordGrouper } from '../../generation/scoring/word-grouper.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { modelOptions, stateOption } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { choice, positiveInteger } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { displayName } from '../files/standard-input.ts';
import { namesOf } from '../files/texts/messages.ts';
import { watchedText } from '../files/texts/watched-text.ts';
import { HeatOutput } from '../print/scoring/heat-output.ts';
import { LineLevel } from '../print/scoring/line-level.ts';
import { type Format, type Output, RowOutput, TotalsOutput } from '../print/scoring/output.ts';
import { summary } from '../print/scoring/summary.ts';
import { TokenLevel } from '../print/scoring/token-level.ts';
import { WordLevel } from '../print/scoring/word-level.ts';
import { host } from '../terminal/host.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';
import { hasColour } from '../terminal/style.ts';

/** How many likelier tokens are named beside a token. */
const ALTERNATIVES = 3;
/** Columns where no terminal says how many it has; text that goes elsewhere is not cut. */
const COLUMNS = 80;

type By = 'token' | 'word' | 'line' | 'document';

interface Request {
  readonly by: By;
  readonly top: number | null;
  readonly state: 'line' | 'carry' | undefined;
  readonly items: ItemSplit | null;
  readonly encoding: string | undefined;
  readonly format: Format;
}

export const score: Body = command({
  operands: { usage: 'MODEL FILE|-...', min: 2, max: Number.POSITIVE_INFINITY, texts: 1 },
  notes:
    'Surprisal is −log2 of the probability of a token given the tokens before it, in bits. Every token\n' +
    'counts, newlines too, the first as if after a newline; one outside the vocabulary is scored as the\n' +
    'unknown token. Rank is 1 for the token that the model found likeliest.\n' +
    'The text is scored as a stream, in constant memory; - reads standard input, and several files are\n' +
    'read as one.\n' +
    'With --by word the tokens of each word between white space are summed.\n' +
    'On a terminal with colours, --by token and --by word show the text on the colour of its surprisal.',
  options: {
    by: {
      value: 'WHAT',
      type: choice(['token', 'word', 'line', 'document']),
      help: 'Unit that is scored',
      default: 'token',
    },
    top: {
      value: 'N',
      type: positiveInteger,
      help: 'Only the N most surprising tokens or words, or lines by bits a token, the most surprising first',
      otherwise: 'all, in the order of the text',
    },
    state: stateOption,
    items: itemsOption,
    encoding: encodingOption,
    json: { help: 'Print one JSON object a line instead' },
    tsv: { help: 'Print a table with tabs instead; control characters and backslashes are escaped' },
    ...modelOptions,
  },
  examples: [
    {
      line: 'unrolled score notes.safetensors letter.txt --by word',
      what: 'which words a letter surprises with',
    },
    {
      line: 'unrolled score log.safetensors - --by line --top 20 < app.log',
      what: 'the oddest lines of a log',
    },
    {
      line: 'unrolled score model.safetensors a.txt --by document --json',
      what: 'one number for a running text, as evaluate has it',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, ...files]) => files,
  run: async ({ json, tsv, by, state, items, top = null, encoding, ...how }, [path, ...files]) => {
    if (json && tsv)
      throw new UsageError('score: got --json and --tsv; it needs one of them. Leave one out.');
    if (by === 'document' && top !== null) {
      throw new UsageError(
        'score: got --top with --by document; it needs tokens, words or lines. Leave it out.',
      );
    }
    const interrupt = listenForInterrupt();
    const saved = await openModel(path, how);
    checkEncoding('score', encoding, saved.tokenizer);
    const split = splitWith('score', saved, { items, state });
    try {
      await run(
        saved,
        files,
        { by, state, items: split, top, encoding, format: json ? 'json' : tsv ? 'tsv' : 'text' },
        interrupt.signal,
      );
      return 0;
    } catch (error) {
      if (interrupt.explains(error)) return interrupt.status;
      throw error;
    }
  },
});

async function run(
  saved: SavedModel,
  files: readonly string[],
  request: Request,
  signal: AbortSignal,
): Promise<void> {
  const { by, top, state, items, encoding, format } = request;
  const output = outputOf(saved, request);
  const totals = new ScoreTotals();
  const silent = by === 'document' || top !== null;
  const text = watchedText(files, {
    encoding,
    signal,
    shown: silent && format === 'text',
    apart: items !== null,
  });
  const alternatives = by === 'token' ? ALTERNATIVES : null;
  const reading = items === null ? { state: state ?? 'carry' } : { items, names: files.map(displayName) };
  for await (const line of scoreLines(saved, text, { ...reading, alternatives, signal })) {
    totals.add(line);
    await print(output?.line(line) ?? '');
  }
  if (totals.tokens === 0) {
    throw new UnrolledError(
      'text-empty',
      `${namesOf(files)}: the text has no ${saved.tokenizer.unit}; it needs one at least.`,
    );
  }
  const end = output?.end(totals) ?? '';
  const gap = by === 'document' ? '' : '\n';
  await print(
    format === 'text'
      ? `${end}${gap}${summary(totals, saved, items === null ? (state ?? 'carry') : 'items')}\n`
      : end,
  );
}

/** null where the summary says all. */
function outputOf(saved: SavedModel, { by, top, format }: Request): Output | null {
  const width = host().stdout.isTTY ? host().stdout.columns || COLUMNS : Number.POSITIVE_INFINITY;
  if (by === 'document') return format === 'text' ? null : new TotalsOutput(format);
  if (by === 'line') return new RowOutput(new LineLevel(), format, top, width);
  const inColour = format === 'text' && top === null && hasColour();
  if (by === 'word') {
    if (inColour) return new HeatOutput(saved.tokenizer, new WordGrouper());
    return new RowOutput(new WordLevel(saved), format, top, width);
  }
  if (inColour) return new HeatOutput(saved.tokenizer);
  return new RowOutput(new TokenLevel(saved), format, top, width);
}
