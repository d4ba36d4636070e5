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
import { type CommandSpec, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { displayName } from '../files/standard-input.ts';
import { namesOf } from '../files/texts/messages.ts';
import { textWithProgress } from '../files/texts/text-with-progress.ts';
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

/** How many of the more likely tokens are shown with each token. */
const ALTERNATIVES = 3;
/** Width of a terminal that does not report one. Output to a file or pipe is not cut. */
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

export const score: CommandSpec = command({
  operands: { usage: 'MODEL FILE|-...', min: 2, max: Number.POSITIVE_INFINITY, texts: 1 },
  notes:
    'Surprisal is −log2 of the probability of a token given the tokens before it, in bits. All tokens\n' +
    'are scored, including newlines; the first is predicted as if it followed a newline. A token\n' +
    'outside the vocabulary is scored as the unknown token. Rank 1 is the most likely token. The text\n' +
    'is read as a stream, in constant memory; - is standard input, and several files are concatenated.\n' +
    '--by word adds up the tokens of each whitespace-separated word. On a terminal with colours, --by\n' +
    'token and --by word print the text coloured by surprisal.',
  options: {
    by: {
      value: 'WHAT',
      type: choice(['token', 'word', 'line', 'document']),
      help: 'Unit to score',
      default: 'token',
    },
    top: {
      value: 'N',
      type: positiveInteger,
      help: 'Print only the N tokens or words with the highest surprisal, or the N lines with the most bits per token, highest first',
      otherwise: 'all, in text order',
    },
    state: stateOption,
    items: itemsOption,
    encoding: encodingOption,
    json: { help: 'Print one JSON object per row' },
    tsv: { help: 'Print tab-separated values; control characters and backslashes are escaped' },
    ...modelOptions,
  },
  examples: [
    {
      line: 'unrolled score notes.safetensors letter.txt --by word',
      what: 'the surprisal of each word of a letter',
    },
    {
      line: 'unrolled score log.safetensors - --by line --top 20 < app.log',
      what: 'the most unusual lines of a log',
    },
    {
      line: 'unrolled score model.safetensors a.txt --by document --json',
      what: 'totals for the whole text',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, ...files]) => files,
  run: async ({ json, tsv, by, state, items, top = null, encoding, ...how }, [path, ...files]) => {
    if (json && tsv)
      throw new UsageError('score: got --json and --tsv; they exclude each other. Leave one out.');
    if (by === 'document' && top !== null) {
      throw new UsageError(
        'score: got --top with --by document; it needs tokens, words or lines. Leave out --top.',
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
      if (interrupt.hasCaused(error)) return interrupt.status;
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
  const text = textWithProgress(files, {
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
      `${namesOf(files)}: the text has no ${saved.tokenizer.unit}; it needs at least one. Use another text.`,
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

/** null if the summary is the whole output. */
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
