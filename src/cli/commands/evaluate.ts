import { Corpus } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../../data/items/items-of.ts';
import { countWords } from '../../data/texts/word-counter.ts';
import { withProgress } from '../../data/token-progress.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { joinTexts, type SourceText } from '../../recipe/text/training-data.ts';
import { type AdaptedScore, assess, assessAdapted, type Score } from '../../training/evaluation/assess.ts';
import { countsFromArrays } from '../../training/ngram/ngram-arrays.ts';
import { adaptationOptions, readAdaptation } from '../arguments/adaptation-options.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../arguments/encoding-option.ts';
import { itemsOption, splitWith } from '../arguments/items-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Body, command } from '../command.ts';
import { openModel } from '../files/open-model.ts';
import { readBundled } from '../files/texts/bundled-corpus.ts';
import { readText } from '../files/texts/read.ts';
import { ReadingProgress } from '../print/reading-progress.ts';
import { scoreTable } from '../print/score-table.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { print } from '../terminal/streams.ts';

export const evaluate: Body = command({
  operands: { usage: 'MODEL FILE...', min: 1, max: Number.POSITIVE_INFINITY, texts: 1 },
  notes:
    'The text is read once, from its first token to its last, and every token but the first is predicted\n' +
    'and counted. Several files are read as one. Perplexity counts tokens that the vocabulary lacks as\n' +
    'the unknown token; "over known tokens" leaves them out. A model of the bundled speeches needs no FILE.\n' +
    'Bits per byte and per character, and with --per-word the perplexity per word, compare models of any\n' +
    'tokens; a model that has no word for a rare one spends less on it than one that spells it.\n' +
    'A model of items reads each from its start, and its end counts.\n' +
    'With --dynamic or --cache the model adapts to the text, never to what it has yet to predict, and the\n' +
    'plain numbers stand beside; the file is not changed.',
  options: {
    'per-word': {
      help: 'Also the perplexity per word between white space, to compare models of other tokens by',
    },
    ...adaptationOptions,
    items: itemsOption,
    encoding: encodingOption,
    ...modelOptions,
    json: { help: 'Print one JSON object instead of a table' },
  },
  examples: [
    { line: 'unrolled evaluate model.safetensors', what: 'on the bundled test text' },
    { line: 'unrolled evaluate notes.safetensors new-notes.txt', what: 'on a text of your own' },
    {
      line: 'unrolled evaluate model.safetensors a.txt --json | jq .perplexity',
      what: 'a number for a script',
    },
    {
      line: 'unrolled evaluate pieces.safetensors a.txt --per-word',
      what: 'a model of pieces beside one of words',
    },
    {
      line: 'unrolled evaluate model.safetensors a.txt --dynamic --dynamic-lr 0.05 --cache',
      what: 'and when the model learns from what it reads and repeats it',
    },
  ],
  inputs: (_, paths) => paths,
  run: async (values, [path, ...files]) => {
    const adaptation = readAdaptation(values);
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
      const adapted = adaptation && (await assessAdapted(model, corpus, adaptation, { signal, words }));
      const name = texts.map((text) => text.name).join(' + ');
      await print(`${values.json ? asJson(score, adapted) : asTable(name, score, adapted)}\n`);
      return 0;
    } catch (error) {
      if (interrupt.explains(error)) return interrupt.status;
      throw error;
    }
  },
});

function* itemsOfAll(texts: readonly SourceText[], split: ItemSplit): Generator<string> {
  for (const { text, name } of texts) yield* itemsOf(text, itemSplitter(split, { where: name }));
}

/** Words and line ends, of items that have a token words and ends. */
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

/** The bundled test text, for a model that was trained on its sister. */
async function bundledTest({ corpus }: SavedModel): Promise<SourceText> {
  const files: unknown = Object(corpus).files;
  const sha256: unknown = Array.isArray(files) && files.length === 1 ? Object(files[0]).sha256 : undefined;
  if (sha256 === (await readBundled('train')).sha256) return readBundled('test');
  throw new UsageError(
    'evaluate: got no FILE; it needs a text, because the model is not one of the bundled speeches. ' +
      'Write unrolled evaluate MODEL FILE.',
  );
}
