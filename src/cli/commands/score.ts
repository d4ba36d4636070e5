import type { ItemSplit } from '../../data/items/item-split.ts';
import { checkAgreement } from '../../distributed/agreement.ts';
import type { Group } from '../../distributed/group.ts';
import { UnrolledError } from '../../errors.ts';
import { scoreCompact } from '../../generation/scoring/score.ts';
import { ScoreTotals } from '../../generation/scoring/score-totals.ts';
import { type CompactLine, scoredLine } from '../../generation/scoring/scored-line.ts';
import { WordGrouper } from '../../generation/scoring/word-grouper.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { sharedBackend } from '../../recipe/run/parallel/shared-facts.ts';
import { modelOptions, mpiTimeoutOption, stateOption } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { choice, positiveInteger } from '../arguments/value-types.ts';
import { type CommandSpec, command, type Values } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { displayName } from '../files/standard-input.ts';
import { namesOf } from '../files/texts/messages.ts';
import { sharedText } from '../files/texts/shared-text.ts';
import { textWithProgress } from '../files/texts/text-with-progress.ts';
import { onAllRanks, threadsPerRank } from '../machine/ranks.ts';
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

const options = {
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
  'mpi-timeout': mpiTimeoutOption,
} as const;

interface Request extends Values<typeof options> {
  readonly path: string;
  readonly files: readonly string[];
  readonly format: Format;
}

/** How the text is split: into items, or into lines. */
interface Reading {
  readonly split: ItemSplit | null;
  readonly signal: AbortSignal;
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
  options,
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
  ranks: 'all',
  run: async (values, [path, ...files]) => {
    const { json, tsv, by, top } = values;
    if (json && tsv)
      throw new UsageError('score: got --json and --tsv; they exclude each other. Leave one out.');
    if (by === 'document' && top !== undefined) {
      throw new UsageError(
        'score: got --top with --by document; it needs tokens, words or lines. Leave out --top.',
      );
    }
    const format = json ? 'json' : tsv ? 'tsv' : 'text';
    return await onAllRanks('score', values['mpi-timeout'], (group) =>
      scoreOn(group, { ...values, path, files, format }),
    );
  },
});

/** Scores a text, alone or as one of several processes, of which only rank 0 reads it and prints. Returns the exit status. */
async function scoreOn(group: Group, request: Request): Promise<number> {
  const interrupt = listenForInterrupt();
  const threads = await threadsPerRank(group, request.threads);
  const saved = await openModel(request.path, { ...request, threads }, group);
  await checkAgreement(group, 'score', [sharedBackend(saved.model.backend)]);
  checkEncoding('score', request.encoding, saved.tokenizer);
  const split = splitWith('score', saved, request);
  try {
    const reading = { split, signal: interrupt.signal };
    const lines = linesOf(saved, request, reading, group);
    if (group.rank === 0) await report(lines, saved, request, split);
    else for await (const _ of lines);
    return 0;
  } catch (error) {
    if (interrupt.hasCaused(error)) return interrupt.status;
    throw error;
  }
}

/** The scored lines, on all ranks. */
function linesOf(
  saved: SavedModel,
  { by, top, state, encoding, files, format }: Request,
  { split, signal }: Reading,
  group: Group,
): AsyncIterable<CompactLine> {
  const isSilent = by === 'document' || top !== undefined;
  const shown = isSilent && format === 'text';
  const text = textWithProgress(files, { encoding, signal, shown, apart: split !== null });
  const alternatives = by === 'token' ? ALTERNATIVES : null;
  const reading =
    split === null ? { state: state ?? 'carry' } : { items: split, names: files.map(displayName) };
  return scoreCompact(saved, sharedText(group, 'score', text), { ...reading, alternatives, signal, group });
}

async function report(
  lines: AsyncIterable<CompactLine>,
  saved: SavedModel,
  request: Request,
  split: ItemSplit | null,
): Promise<void> {
  const { by, state, files, format } = request;
  const output = outputOf(saved, request);
  const totals = new ScoreTotals();
  for await (const compact of lines) {
    const line = scoredLine(compact);
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
  const how = split === null ? (state ?? 'carry') : 'items';
  await print(format === 'text' ? `${end}${gap}${summary(totals, saved, how)}\n` : end);
}

/** null if the summary is the whole output. */
function outputOf(saved: SavedModel, { by, top: most, format }: Request): Output | null {
  const top = most ?? null;
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
