import { UnrolledError } from '../../errors.ts';
import { shown } from '../../kinds.ts';
import { CsvItems } from './csv.ts';
import { type ItemSplit, itemSplit, partsOf } from './item-split.ts';
import type { ItemSplitter, SplitterOptions } from './item-splitter.ts';
import { JsonLineItems } from './json-lines.ts';
import { LineItems } from './lines.ts';
import { ParagraphItems, WholeItem } from './paragraphs.ts';

/** Size of the chunks that a string is split in, in UTF-16 units. */
const CHUNK = 2 ** 16;

const splitters: Readonly<Record<string, (name: string, options: SplitterOptions) => ItemSplitter>> = {
  line: (_, options) => new LineItems(options),
  'blank-line': (_, options) => new ParagraphItems(options),
  file: (_, options) => new WholeItem(options),
  jsonl: (field, options) => new JsonLineItems(field, options),
  csv: (column, options) => new CsvItems(column, options),
};

/**
 * Creates the splitter of one text. Each text needs a new one.
 * @throws {UnrolledError} code `option-value` for an invalid split
 */
export function itemSplitter(split: ItemSplit, options: SplitterOptions = {}): ItemSplitter {
  if (!itemSplit.accepts(split)) {
    throw new UnrolledError(
      'option-value',
      `items: the split is ${shown(split)}; it must be ${itemSplit.needs}.`,
    );
  }
  const [way, name] = partsOf(split);
  return splitters[way](name, options);
}

/**
 * Yields the items of a text one at a time.
 * @param text the whole text, or its chunks in order
 * @throws {UnrolledError} code `file-damaged` at an invalid line or row, unless the splitter skips it
 */
export function* itemsOf(text: string | Iterable<string>, splitter: ItemSplitter): Generator<string> {
  for (const chunk of typeof text === 'string' ? chunksOf(text) : text) yield* splitter.push(chunk);
  yield* splitter.end();
}

/** A chunk may end within a surrogate pair; the splitter joins the chunks. */
function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK);
}
