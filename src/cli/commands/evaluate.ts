import { Corpus } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../../data/items/items-of.ts';
import { countWords } from '../../data/texts/word-counter.ts';
import { withProgress } from '../../data/token-progress.ts';
import { checkAgreement } from '../../distributed/agreement.ts';
import type { Group } from '../../distributed/group.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { sharedBackend, sharedTexts } from '../../recipe/run/parallel/shared-facts.ts';
import { joinTexts, type SourceText } from '../../recipe/text/training-data.ts';
import {
  type Adaptation,
  type AdaptedScore,
  assess,
  assessAdapted,
  type Score,
} from '../../training/evaluation/assess.ts';
import { StoppedElsewhere } from '../../training/evaluation/interruption.ts';
import { countsFromArrays } from '../../training/ngram/ngram-arrays.ts';
import { adaptationOptions, readAdaptation } from '../arguments/adaptation-options.ts';
import { modelOptions, mpiTimeoutOption } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type CommandSpec, command, type Values } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { readBundled } from '../files/texts/bundled-corpus.ts';
import { readText } from '../files/texts/read.ts';
import { onAllRanks, threadsPerRank } from '../machine/ranks.ts';
import { ReadingProgress } from '../print/reading-progress.ts';
import { scoreTable } from '../print/score-table.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';

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
  readonly adaptation: Adaptation | null;
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
  inputs: (_, paths) => paths,
  ranks: 'all',
  run: async (values, [path, ...files]) => {
    const adaptation = readAdaptation(values);
    return await onAllRanks('evaluate', values['mpi-timeout'], (group) =>
      evaluateOn(group, { ...values, path, files, adaptation }),
    );
  },
});

/** Evaluates a model, alone or as one of several processes, of which only rank 0 prints. Returns the exit status. */
async function evaluateOn(group: Group, request: Request): Promise<number> {
  const { path, adaptation, json } = request;
  const threads = await threadsPerRank(group, request.threads);
  const saved = await openModel(path, { ...request, threads }, group);
  const { model, vocabulary, extras } = saved;
  const progress = new ReadingProgress('evaluate', request);
  const texts = await readTexts(saved, request, progress);
  await checkAgreement(group, 'evaluate', [sharedTexts('text', texts), sharedBackend(model.backend)]);
  const { corpus, words } = encode(texts, saved, request, progress);
  const counts = countsFromArrays(extras, vocabulary.size);
  const interrupt = listenForInterrupt();
  const { signal } = interrupt;
  try {
    const score = await assess(model, corpus, counts, { signal, group, words });
    // Adaptation to a block needs the blocks before it, so it is not shared.
    const adapts = adaptation && group.rank === 0;
    const adapted = adapts ? await assessAdapted(model, corpus, adaptation, { signal, words }) : null;
    const name = texts.map((text) => text.name).join(' + ');
    await print(`${json ? asJson(score, adapted) : asTable(name, score, adapted)}\n`);
    return 0;
  } catch (error) {
    if (interrupt.hasCaused(error) || error instanceof StoppedElsewhere) return interrupt.status;
    throw error;
  }
}

/** The texts to evaluate on; without files, the bundled one. */
async function readTexts(
  saved: SavedModel,
  { files, encoding }: Request,
  progress: ReadingProgress,
): Promise<readonly SourceText[]> {
  checkEncoding('evaluate', encoding, saved.tokenizer);
  if (files.length === 0) return [await bundledTest(saved)];
  const texts: SourceText[] = [];
  for (const file of files) texts.push(await readText(file, { encoding, progress }));
  return texts;
}

/** The corpus of the texts, and the number of its words, if it was asked for. */
function encode(
  texts: readonly SourceText[],
  saved: SavedModel,
  request: Request,
  progress: ReadingProgress,
): { corpus: Corpus; words: number | undefined } {
  const cut = splitWith('evaluate', saved, request);
  const watching = withProgress(saved.tokenizer, 'encoding', progress.share);
  const corpus =
    cut === null
      ? Corpus.encode(joinTexts(texts), watching, saved.vocabulary)
      : Corpus.encodeItems(itemsOfAll(texts, cut), saved);
  return { corpus, words: request['per-word'] ? wordsOf(texts, cut, saved) : undefined };
}

function* itemsOfAll(texts: readonly SourceText[], split: ItemSplit): Generator<string> {
  for (const { text, name } of texts) yield* itemsOf(text, itemSplitter(split, { where: name }));
}

/** The number of words and line ends; for items, of words and item ends, without the items that have no token. */
function wordsOf(texts: readonly SourceText[], split: ItemSplit | null, { tokenizer }: SavedModel): number {
  if (split === null) return countWords(joinTexts(texts));
  let words = 0;
  for (const item of itemsOfAll(texts, split)) {
    const [first] = tokenizer.spans(item);
    if (first) words += countWords(item) + 1;
  }
  return words;
}

function asJson(score: Score, adapted: AdaptedScore | null): string {
  return JSON.stringify(adapted ? { ...score, adapted } : score);
}

function asTable(name: string, score: Score, adapted: AdaptedScore | null): string {
  if (!adapted) return scoreTable([[name, score]]);
  const how = (['dynamic', 'cache'] as const).filter((way) => adapted[way]).join(' + ');
  return scoreTable([
    [name, score],
    [how, { ...score, ...adapted }],
  ]);
}

/** The bundled test text, for a model that was trained on the bundled training text. */
async function bundledTest({ corpus }: SavedModel): Promise<SourceText> {
  const files: unknown = Object(corpus).files;
  const sha256: unknown = Array.isArray(files) && files.length === 1 ? Object(files[0]).sha256 : undefined;
  if (sha256 === (await readBundled('train')).sha256) return readBundled('test');
  throw new UsageError(
    'evaluate: got no FILE; it needs a text, because the model was not trained on the bundled speeches. ' +
      'Write unrolled evaluate MODEL FILE.',
  );
}
