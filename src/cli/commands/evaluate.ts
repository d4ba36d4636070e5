import { Corpus } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../../data/items/items-of.ts';
import { countWords } from '../../data/texts/word-counter.ts';
import { withProgress } from '../../data/token-progress.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { joinTexts, type SourceText } from '../../recipe/text/training-data.ts';
import { type AdaptedScore, assess, assessAdapted, type Score } from '../../training/evaluation/assess.ts';
import { countsFromArrays } from '../../training/ngram/ngram-arrays.ts';
import {
  adaptationFlags,
  adaptationOptions,
  readAdaptation,
  settingsOf,
  withDefaults,
} from '../arguments/adaptation-options.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type CommandSpec, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { prepareAdaptation } from '../files/texts/adaptation-texts.ts';
import { readBundled } from '../files/texts/bundled-corpus.ts';
import { readText } from '../files/texts/read.ts';
import { ReadingProgress } from '../print/reading-progress.ts';
import { scoreTable } from '../print/score-table.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';

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
  options: {
    'per-word': {
      help: 'Also print the perplexity per whitespace-separated word, to compare models with different tokens',
    },
    ...adaptationOptions,
    items: itemsOption,
    encoding: encodingOption,
    ...modelOptions,
    json: { help: 'Print one JSON object instead of a table' },
  },
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
  run: async (values, [path, ...files]) => {
    const asked = readAdaptation(values);
    const saved = await openModel(path, values);
    const { tokenizer, vocabulary, model, extras } = saved;
    const progress = new ReadingProgress('evaluate', values);
    const { encoding } = values;
    checkEncoding('evaluate', encoding, tokenizer);
    const texts: SourceText[] = [];
    for (const file of files) texts.push(await readText(file, { encoding, progress }));
    if (files.length === 0) texts.push(await bundledTest(saved));
    const cut = splitWith('evaluate', saved, values);
    const watching = withProgress(tokenizer, 'encoding', progress.share);
    const corpus =
      cut === null
        ? Corpus.encode(joinTexts(texts), watching, vocabulary)
        : Corpus.encodeItems(itemsOfAll(texts, cut), saved);
    const words = values['per-word'] ? wordsOf(texts, cut, saved) : undefined;
    const counts = countsFromArrays(extras, vocabulary.size);
    const interrupt = listenForInterrupt();
    const { signal } = interrupt;
    try {
      const score = await assess(model, corpus, counts, { signal, words });
      const adaptation =
        asked &&
        withDefaults(
          await prepareAdaptation(saved, asked, {
            ...{ dynamicText: values['dynamic-text'], fitText: values.fit, cut },
            ...{ reading: { encoding, progress }, onTrial: progress.trial, signal },
          }),
        );
      const adapted = adaptation && (await assessAdapted(model, corpus, adaptation, { signal, words }));
      const name = texts.map((text) => text.name).join(' + ');
      await print(`${values.json ? asJson(score, adapted) : asTable(name, score, adapted)}\n`);
      if (adaptation && values.fit !== undefined && !values.json) {
        await print(`settings fitted on ${values.fit}: ${adaptationFlags(adaptation)}\n`);
      }
      return 0;
    } catch (error) {
      if (interrupt.hasCaused(error)) return interrupt.status;
      throw error;
    }
  },
});

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
