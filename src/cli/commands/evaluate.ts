import type { ItemSplit } from '../../data/items/item-split.ts';
import { checkAgreement } from '../../distributed/agreement.ts';
import type { Group } from '../../distributed/group.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { sharedBackend, sharedTexts } from '../../recipe/run/parallel/shared-facts.ts';
import type { SourceText } from '../../recipe/text/training-data.ts';
import {
  type Adaptation,
  type AdaptedScore,
  assess,
  assessAdapted,
  type Score,
} from '../../training/evaluation/assess.ts';
import { countsFromArrays } from '../../training/ngram/ngram-arrays.ts';
import {
  adaptationFlags,
  adaptationOptions,
  readAdaptation,
  settingsOf,
  withDefaults,
} from '../arguments/adaptation-options.ts';
import { modelOptions, mpiTimeoutOption } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { type CommandSpec, command, type Values } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { checkReadableByAll } from '../files/standard-input.ts';
import { onAllRanks, threadsPerRank } from '../machine/ranks.ts';
import { ReadingProgress } from '../print/reading-progress.ts';
import { scoreTable } from '../print/score-table.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';
import { prepareAdaptation } from './evaluate/adaptation-texts.ts';
import { encodeTexts, readTexts, wordsOf } from './evaluate/texts.ts';

const options = {
  'per-word': {
    help: 'Also print the perplexity per whitespace-separated word, to compare models with different tokens',
  },
  ...adaptationOptions,
  items: itemsOption,
  encoding: encodingOption,
  ...modelOptions,
  'mpi-timeout': mpiTimeoutOption,
  json: { help: 'Print one JSON object instead of a table' },
} as const;

interface Request extends Values<typeof options> {
  readonly path: string;
  readonly files: readonly string[];
  readonly asked: Adaptation | null;
}

export const evaluate: CommandSpec = command({
  operands: { usage: 'MODEL FILE...', min: 1, max: Number.POSITIVE_INFINITY, texts: 1 },
  notes:
    'Every token but the first is predicted from all tokens before it. Several files are concatenated.\n' +
    'Without a FILE, a model of the bundled speeches is evaluated on their test text. Perplexity counts\n' +
    'tokens outside the vocabulary as the unknown token; "over known tokens" leaves them out. To\n' +
    'compare models with different tokens, use bits per byte, bits per character or --per-word. An\n' +
    'unknown token costs fewer bits than spelling out the word, so compare the out-of-vocabulary rates\n' +
    'as well. A model trained with --items reads each item from the zero state and also predicts its\n' +
    'end. With --dynamic or --cache, the model adapts to the text as it reads, using only tokens that\n' +
    'it has already predicted. The results without adaptation are shown as well; the model file does\n' +
    'not change.',
  options,
  examples: [
    { line: 'unrolled evaluate model.safetensors', what: 'on the bundled test text' },
    { line: 'unrolled evaluate notes.safetensors new-notes.txt', what: 'on your own text' },
    {
      line: 'unrolled evaluate model.safetensors a.txt --json | jq .perplexity',
      what: 'print one number for a script',
    },
    {
      line: 'unrolled evaluate pieces.safetensors a.txt --per-word',
      what: 'compare a subword model with a word model',
    },
    {
      line: 'unrolled evaluate model.safetensors a.txt --dynamic --dynamic-lr 0.05 --cache',
      what: 'with dynamic evaluation and a neural cache',
    },
  ],
  inputs: (values, paths) => [...paths, values['dynamic-text'], values.fit],
  ranks: 'all',
  run: async (values, [path, ...files]) => {
    const asked = readAdaptation(values);
    return await onAllRanks('evaluate', values['mpi-timeout'], (group) =>
      evaluateOn(group, { ...values, path, files, asked }),
    );
  },
});

/** Evaluates a model, alone or as one of several processes, of which only rank 0 prints. Returns the exit status. */
async function evaluateOn(group: Group, request: Request): Promise<number> {
  const { path, files, encoding } = request;
  if (group.size > 1) checkReadableByAll('evaluate', files, group.size);
  const threads = await threadsPerRank(group, request.threads);
  const saved = await openModel(path, { ...request, threads }, group);
  const progress = new ReadingProgress('evaluate', request);
  checkEncoding('evaluate', encoding, saved.tokenizer);
  const texts = await readTexts(saved, files, { encoding, progress });
  await checkAgreement(group, 'evaluate', [sharedTexts('text', texts), sharedBackend(saved.model.backend)]);
  const cut = splitWith('evaluate', saved, request);
  const corpus = encodeTexts(texts, cut, saved, progress.share);
  const words = request['per-word'] ? wordsOf(texts, cut, saved) : undefined;
  const interrupt = listenForInterrupt();
  const { signal } = interrupt;
  try {
    const options = { signal, group, words };
    const score = await assess(
      saved.model,
      corpus,
      countsFromArrays(saved.extras, saved.vocabulary.size),
      options,
    );
    // Adaptation to a block needs the blocks before it, so it is not shared.
    const adapts = request.asked !== null && group.rank === 0;
    const adaptation = adapts ? await prepared(saved, request, { cut, progress, signal }) : null;
    const adapted = adaptation && (await assessAdapted(saved.model, corpus, adaptation, options));
    await report(texts, request, { score, adapted, adaptation });
    return 0;
  } catch (error) {
    if (interrupt.hasCaused(error)) return interrupt.status;
    throw error;
  }
}

interface Results {
  readonly score: Score;
  readonly adapted: AdaptedScore | null;
  readonly adaptation: Adaptation | null;
}

async function report(
  texts: readonly SourceText[],
  { json, fit }: Request,
  { score, adapted, adaptation }: Results,
): Promise<void> {
  const name = texts.map((text) => text.name).join(' + ');
  await print(`${json ? asJson(score, adapted) : asTable(name, score, adapted)}\n`);
  if (!adaptation || fit === undefined || json) return;
  await print(`settings fitted on ${fit}: ${adaptationFlags(adaptation)}\n`);
}

interface Preparation {
  readonly cut: ItemSplit | null;
  readonly progress: ReadingProgress;
  readonly signal: AbortSignal;
}

/** The adaptation that was asked for, with its statistics, fitted settings and defaults. */
async function prepared(
  saved: SavedModel,
  { asked, encoding, 'dynamic-text': dynamicText, fit: fitText }: Request,
  { cut, progress, signal }: Preparation,
): Promise<Adaptation> {
  const reading = { encoding, progress };
  const texts = { dynamicText, fitText, cut, reading, onTrial: progress.trial, signal };
  return withDefaults(await prepareAdaptation(saved, asked ?? {}, texts));
}

function asJson(score: Score, adapted: AdaptedScore | null): string {
  if (!adapted) return JSON.stringify(score);
  const { dynamic } = adapted;
  return JSON.stringify({
    ...score,
    adapted: { ...adapted, ...(dynamic && { dynamic: settingsOf(dynamic) }) },
  });
}

function asTable(name: string, score: Score, adapted: AdaptedScore | null): string {
  if (!adapted) return scoreTable([[name, score]]);
  const how = (['dynamic', 'cache'] as const).filter((way) => adapted[way]).join(' + ');
  return scoreTable([
    [name, score],
    [how, { ...score, ...adapted }],
  ]);
}
