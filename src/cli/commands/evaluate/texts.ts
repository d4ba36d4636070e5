import { Corpus } from '../../../data/corpus.ts';
import type { ItemSplit } from '../../../data/items/item-split.ts';
import { itemSplitter, itemsOf } from '../../../data/items/items-of.ts';
import type { TextCodec } from '../../../data/text-codec.ts';
import { countWords } from '../../../data/texts/word-counter.ts';
import { type OnProgress, withProgress } from '../../../data/token-progress.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { joinTexts, type SourceText } from '../../../recipe/text/training-data.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { readBundled } from '../../files/texts/bundled-corpus.ts';
import { readText } from '../../files/texts/read.ts';

/** The texts to evaluate on; without files, the bundled one. */
export async function readTexts(
  saved: SavedModel,
  files: readonly string[],
  how: Parameters<typeof readText>[1],
): Promise<readonly SourceText[]> {
  if (files.length === 0) return [await bundledTest(saved)];
  const texts: SourceText[] = [];
  for (const file of files) texts.push(await readText(file, how));
  return texts;
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

/**
 * The corpus of several texts, one after the other.
 * @param split how they are split into items; null for continuous text
 */
export function encodeTexts(
  texts: readonly SourceText[],
  split: ItemSplit | null,
  codec: TextCodec,
  onShare: OnProgress,
): Corpus {
  if (split !== null) return Corpus.encodeItems(itemsOfAll(texts, split), codec);
  const watching = withProgress(codec.tokenizer, 'encoding', onShare);
  return Corpus.encode(joinTexts(texts), watching, codec.vocabulary);
}

function* itemsOfAll(texts: readonly SourceText[], split: ItemSplit): Generator<string> {
  for (const { text, name } of texts) yield* itemsOf(text, itemSplitter(split, { where: name }));
}

/** The number of words and line ends; for items, of words and item ends, without the items that have no token. */
export function wordsOf(
  texts: readonly SourceText[],
  split: ItemSplit | null,
  { tokenizer }: TextCodec,
): number {
  if (split === null) return countWords(joinTexts(texts));
  let words = 0;
  for (const item of itemsOfAll(texts, split)) {
    const [first] = tokenizer.spans(item);
    if (first) words += countWords(item) + 1;
  }
  return words;
}
