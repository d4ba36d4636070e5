import { Corpus } from '../../../data/corpus.ts';
import { ItemDigests } from '../../../data/items/digests.ts';
import { itemSplitter, itemsOf } from '../../../data/items/items-of.ts';
import { printable } from '../../../data/texts/printable.ts';
import { jsonLine } from '../../../generation/scoring/rows/encode-record.ts';
import { drawItems, MAX_DRAWS_PER_ITEM } from '../../../generation/writing/draw-items.ts';
import type { Prompt } from '../../../generation/writing/prompt.ts';
import type { SamplingSettings } from '../../../generation/writing/write-text.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { positiveInteger } from '../../arguments/value-types.ts';
import type { Option, Switch } from '../../command.ts';
import { readText } from '../../files/texts/read.ts';
import { count, plural } from '../../terminal/format.ts';
import type { Interrupt } from '../../terminal/interrupt.ts';
import { printModelText, printNotice } from '../../terminal/streams.ts';

/** The default number of items. */
const COUNT = 10;
/** The default maximum length of an item, in tokens. */
export const ITEM_LENGTH = 1000;

/** `--items` and its settings. */
export const itemOptions: {
  readonly items: Switch;
  readonly count: Option<number>;
  readonly unique: Switch;
  readonly new: Switch;
} = {
  items: { help: 'Generate items, one per line, with a model that was trained with --items' },
  count: { value: 'N', type: positiveInteger, help: 'Number of items to generate', otherwise: COUNT },
  unique: { help: 'Generate no item twice' },
  new: { help: 'Generate no item that is in the training text, or in --text' },
};

/** The values of `--items`, its settings and the flags that it excludes. */
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

/** Throws UsageError for flags that exclude each other. */
export function checkItems(values: ItemValues): void {
  const refuse = (got: string, needs: string): never => {
    throw new UsageError(`generate: got ${got}; ${needs}`);
  };
  if (!values.items) {
    const alone = (['count', 'unique', 'new'] as const).find((name) => values[name]);
    if (alone) refuse(`--${alone} without --items`, 'it needs --items. Add --items.');
    return;
  }
  const other = (['prompts', 'beam'] as const).find((name) => values[name] !== undefined);
  if (other) refuse(`--items and --${other}`, 'items are sampled without them. Leave one out.');
  if (values.text !== undefined && !values.new) {
    refuse('--items and --text', '--text needs --new here. Add --new, or leave out --text.');
  }
  if (values.length === null)
    refuse('--items and --length endless', 'an item needs an end. Write --length N.');
}

/** Generates and prints items. @returns the exit status */
export async function writeItems(
  saved: SavedModel,
  values: ItemValues,
  prompt: Prompt,
  sampling: SamplingSettings,
  interrupt: Interrupt,
): Promise<number> {
  const { count: wanted = COUNT, unique, json } = values;
  if (saved.items === null) {
    throw new UsageError(
      'generate: got --items; it needs a model that was trained with --items. Train one, or leave out --items.',
    );
  }
  const old = values.new ? await knownItems(saved, values) : null;
  const { signal } = interrupt;
  const items = drawItems(saved, { count: wanted, unique, old, prompt }, sampling, signal);
  let found = 0;
  for (let next = await items.next(); ; next = await items.next()) {
    if (next.done) {
      if (signal.aborted) return interrupt.status;
      return found < wanted ? reportTooFew(found, wanted, next.value, values) : 0;
    }
    found += 1;
    await printModelText(`${json ? jsonLine(next.value) : oneLine(next.value)}\n`);
  }
}

/** The items that do not count as new: those of the file, otherwise those whose digests are in the model file. */
async function knownItems(saved: SavedModel, { text: file, encoding }: ItemValues): Promise<ItemDigests> {
  const { items, vocabulary, extras } = saved;
  if (file === undefined) {
    // Loaded on demand: only --new needs the training modules.
    const { digestsFromArrays } = await import('../../../recipe/text/item-digests.ts');
    const digests = digestsFromArrays(extras);
    if (digests) return digests;
    throw new UsageError(
      'generate: got --new, but the model file has no digests of its training items: it keeps at most a million. ' +
        'Add the training text with --text FILE.',
    );
  }
  const { text, name } = await readText(file, { encoding });
  const { tokens } = Corpus.encodeItems(itemsOf(text, itemSplitter(items ?? 'line', { where: name })), saved);
  return ItemDigests.of(tokens, vocabulary.endId, Number.POSITIVE_INFINITY) as ItemDigests;
}

/** The item with its line breaks escaped as `\n` and `\r`. Only JSON distinguishes them from a literal backslash and letter. */
function oneLine(item: string): string {
  return item.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function reportTooFew(
  found: number,
  wanted: number,
  draws: number,
  { unique, new: isNew }: ItemValues,
): number {
  const kind = [...(unique ? ['distinct'] : []), ...(isNew ? ['new'] : [])].join(', ');
  const of = `${count(found)} of ${plural(wanted, `${kind}${kind ? ' ' : ''}item`)}`;
  const remedy =
    kind === ''
      ? 'Try another --seed.'
      : 'Items cut off by --length do not count. Try a higher --temperature, a larger --length or another --seed.';
  printNotice(
    printable(`generate: found ${of} in ${count(draws)} draws, ${MAX_DRAWS_PER_ITEM} per item. ${remedy}`),
  );
  return 1;
}
