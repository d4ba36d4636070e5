import { Corpus } from '../../../data/corpus.ts';
import { ItemDigests } from '../../../data/items/digests.ts';
import { itemSplitter, itemsOf } from '../../../data/items/items-of.ts';
import { drawItems, MAX_DRAWS_PER_ITEM } from '../../../generation/writing/draw-items.ts';
import type { Prompt } from '../../../generation/writing/prompt.ts';
import type { SamplingSettings } from '../../../generation/writing/write-text.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { positiveInteger } from '../../arguments/value-types.ts';
import type { Option, Switch } from '../../command.ts';
import { readText } from '../../files/texts/read.ts';
import { jsonLine } from '../../print/scoring/record.ts';
import { count, plural } from '../../terminal/format.ts';
import type { Interrupt } from '../../terminal/interrupt.ts';
import { printModelText, say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';

/** How many items are written where none says how many. */
const COUNT = 10;
/** The longest item that is written, in tokens. */
export const ITEM_LENGTH = 1000;

/** `--items` and what belongs to it. */
export const itemOptions: {
  readonly items: Switch;
  readonly count: Option<number>;
  readonly unique: Switch;
  readonly new: Switch;
} = {
  items: { help: 'Write items, one a line, and nothing else: of a model that was trained with --items' },
  count: { value: 'N', type: positiveInteger, help: 'How many of --items to write', otherwise: COUNT },
  unique: { help: 'Write no item of --items twice' },
  new: { help: 'Write no item of --items that the model was trained on, or that is in --text' },
};

/** The values of those, and of what they go together with. */
export interface ItemValues {
  readonly items: boolean;
  readonly count: number | undefined;
  readonly unique: boolean;
  readonly new: boolean;
  readonly text: string | undefined;
  readonly encoding: string | undefined;
  readonly prompts: string | undefined;
  readonly beam: number | undefined;
  readonly length: number | null | undefined;
  readonly json: boolean;
}

/** Refuses flags that contradict one another. */
export function checkItems(values: ItemValues): void {
  const refuse = (got: string, needs: string): never => {
    throw new UsageError(`generate: got ${got}; ${needs}`);
  };
  if (!values.items) {
    const alone = (['count', 'unique', 'new'] as const).find((name) => values[name]);
    if (alone) refuse(`--${alone} without --items`, 'it needs what it belongs to. Add --items.');
    return;
  }
  const other = (['prompts', 'beam'] as const).find((name) => values[name] !== undefined);
  if (other) refuse(`--items and --${other}`, 'items are drawn. Leave one of them out.');
  if (values.text !== undefined && !values.new) {
    refuse('--items and --text', 'a text says which items are not new. Add --new, or leave it out.');
  }
  if (values.length === null) refuse('--items and --length endless', 'an item ends. Write --length N.');
}

/** Writes items. @returns the exit status */
export async function writeItems(
  saved: SavedModel,
  values: ItemValues,
  prompt: Prompt,
  drawing: SamplingSettings,
  interrupt: Interrupt,
): Promise<number> {
  const { count: wanted = COUNT, unique, json } = values;
  if (saved.items === null) {
    throw new UsageError(
      'generate: got --items and a model of endless text; it needs one of items. Train one with --items, or leave it out.',
    );
  }
  const old = values.new ? await oldItems(saved, values) : null;
  const { signal } = interrupt;
  const items = drawItems(saved, { count: wanted, unique, old, prompt }, drawing, signal);
  let found = 0;
  for (let next = await items.next(); ; next = await items.next()) {
    if (next.done) {
      if (signal.aborted) return interrupt.status;
      return found < wanted ? tooFew(found, wanted, next.value, values) : 0;
    }
    found += 1;
    await printModelText(`${json ? jsonLine(next.value) : oneLine(next.value)}\n`);
  }
}

/** The items of a file, else those that the model file remembers. */
async function oldItems(saved: SavedModel, { text: file, encoding }: ItemValues): Promise<ItemDigests> {
  const { items, vocabulary, extras } = saved;
  if (file === undefined) {
    // Loaded for --new alone: no other way to generate needs the rooms that train.
    const { digestsFromArrays } = await import('../../../recipe/text/item-digests.ts');
    const digests = digestsFromArrays(extras);
    if (digests) return digests;
    throw new UsageError(
      'generate: got --new, and the model file has no digests of its training items, which are kept up to a million; ' +
        'it needs the training text. Add --text FILE.',
    );
  }
  const { text, name } = await readText(file, { encoding });
  const { tokens } = Corpus.encodeItems(itemsOf(text, itemSplitter(items ?? 'line', { where: name })), saved);
  return ItemDigests.of(tokens, vocabulary.endId, Number.POSITIVE_INFINITY) as ItemDigests;
}

/** Line breaks of an item as `\n` and `\r`: in JSON they can be told from these characters. */
function oneLine(item: string): string {
  return item.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function tooFew(found: number, wanted: number, draws: number, { unique, new: isNew }: ItemValues): number {
  const kind = [...(unique ? ['distinct'] : []), ...(isNew ? ['new'] : [])].join(', ');
  const of = `${count(found)} of ${plural(wanted, `${kind}${kind ? ' ' : ''}item`)}`;
  const remedy =
    kind === ''
      ? 'Try another --seed.'
      : 'Items cut off by --length do not count. Try a higher --temperature, a larger --length or another --seed.';
  say(printable(`generate: found ${of} in ${count(draws)} draws, ${MAX_DRAWS_PER_ITEM} per item. ${remedy}`));
  return 1;
}
