import { UnrolledError } from '../../errors.ts';
import { shown } from '../../kinds.ts';
import { CsvItems } from './csv.ts';
import { type ItemSplit, itemSplit, partsOf } from './item-split.ts';
import type { ItemSplitter, SplitterOptions } from './item-splitter.ts';
import { JsonLineItems } from './json-lines.ts';
import { LineItems } from './lines.ts';
import { ParagraphItems, WholeItem } from './paragraphs.ts';

/** How much of a string is cut into items at once. */
const CHUNK = 2 ** 16;

const splitters: Readonly<Record<string, (name: string, options: SplitterOptions) => ItemSplitter>> = {
  line: (_, options) => new LineItems(options),
  'blank-line': (_, options) => new ParagraphItems(options),
  file: (_, options) => new WholeItem(options),
  jsonl: (field, options) => new JsonLineItems(field, options),
  csv: (column, options) => new CsvItems(column, options),
};

/** What cuts one text into items, chunk by chunk. Each text needs a new one. @throws for what is no way to split */
export function itemSplitter(split: ItemSplit, options: SplitterOptions = {}): ItemSplitter {
  if (!itemSplit.accepts(split)) {
    throw new UnrolledError(
      'option-value',
      `items: the split is ${shown(split)}; it must be ${itemSplit.needs}. Choose one.`,
    );
  }
  const [way, name] = partsOf(split);
  return splitters[way](name, options);
}

/** The items of a text, one at a time. @param text the whole of it, or its chunks in order */
export function* itemsOf(text: string | Iterable<string>, splitter: ItemSplitter): Generator<string> {
  for (const chunk of typeof text === 'string' ? chunksOf(text) : text) yield* splitter.push(chunk);
  yield* splitter.end();
}

/** A surrogate pair may be cut here: the splitter joins it. */
function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK);
}
