import { partsOf } from '../../data/items/item-split.ts';
import type { Json, ModelFile } from '../../models/model-file.ts';
import { withoutText } from './without-text.ts';

/** Something in a model file that tells of the training text. */
export interface Reveal {
  /** What it is, such as `weights` or `file names`. */
  readonly part: string;
  /** What a reader of the file learns from it, without a full stop. */
  readonly tells: string;
  /** Whether every format of `exportModel` leaves it out. */
  readonly exportRemoves: boolean;
}

/** What a model file reveals of its training text: only what it contains, that which tells most first. */
export function revealsOf(model: ModelFile): readonly Reveal[] {
  return [
    ...kept('weights', weights(model)),
    ...removed('training state', trainingState(model)),
    ...removed('n-gram counts', counts(model)),
    ...kept('vocabulary', vocabulary(model)),
    ...kept('merges', merges(model)),
    ...removed('item digests', itemDigests(model)),
    ...removed('file names', fileNames(model)),
    ...removed('file digests', fileDigests(model)),
    ...removed('other metadata', otherMetadata(model)),
    ...kept('items', field(model)),
    ...kept('sizes and results', sizes(model)),
  ];
}

type Told = string | null;

function kept(part: string, tells: Told): Reveal[] {
  return tells === null ? [] : [{ part, tells, exportRemoves: false }];
}

function removed(part: string, tells: Told): Reveal[] {
  return tells === null ? [] : [{ part, tells, exportRemoves: true }];
}

function weights({ tensors, extras }: ModelFile): Told {
  const own = [...tensors].filter(([name]) => !extras.has(name));
  const size = own.reduce((sum, [, { data }]) => sum + data.length, 0);
  return `${count(size)} parameters, which can reproduce passages that the model has memorised`;
}

function trainingState({ training, extras }: ModelFile): Told {
  const arrays = [...extras.keys()].filter((name) => /^(training|best)\./.test(name));
  if (training === undefined && arrays.length === 0) return null;
  return (
    `${count(arrays.length)} arrays: other weights of the run, moments, and the recurrent state after the last tokens read; ` +
    'the position in the text, the request of the run and its id'
  );
}

function counts({ extras }: ModelFile): Told {
  const pairs = extras.get('counts.bigram');
  if (pairs) return `the counts of ${count(pairs.shape[0])} pairs of adjacent tokens, and of each token`;
  return extras.has('counts.unigram') ? 'the count of each token' : null;
}

/** A tokenizer with a vocabulary of its own, such as that of the bytes, takes none from the text. */
function vocabulary({
  tokenizer,
  vocabulary: { tokens, unknown, unknownInText, endId },
  recipe,
}: ModelFile): Told {
  if (tokenizer.fixedVocabulary() !== null) return null;
  const size = tokens.length - (endId < 0 ? 0 : 1);
  const listed = `${count(size)} tokens`;
  if (unknownInText === null) return `${listed} of the text`;
  const limit = memberOf(recipe, 'vocabSize');
  const isLimited = unknown !== null && size === limit;
  const which = isLimited ? 'the most frequent' : 'every';
  const noun = isLimited ? `${tokenizer.unit}s` : tokenizer.unit;
  return `${listed}: ${which} ${noun} of the text, rare names too, in the order of first appearance`;
}

function merges({ tokenizer }: ModelFile): Told {
  const list = memberOf(tokenizer.toJSON() as Json, 'merges');
  if (!Array.isArray(list)) return null;
  return `${count(list.length)} merges, the most frequent first: frequent words of the text, or of the one that the tokenizer was trained on`;
}

function itemDigests({ extras }: ModelFile): Told {
  const digests = extras.get('items.digests');
  if (!digests) return null;
  return `${count(digests.shape[0])} digests: whoever has an item can check whether the model was trained on it`;
}

/** The facts about the texts that `train` stores. */
function filesOf({ corpus }: ModelFile): Json[] {
  const files = memberOf(corpus, 'files');
  const others = [memberOf(corpus, 'valid'), memberOf(corpus, 'test')];
  return [...(Array.isArray(files) ? files : []), ...others].filter((file) => file != null);
}

function fileNames(model: ModelFile): Told {
  const names = filesOf(model).map((file) => memberOf(file, 'name'));
  const texts = names.filter((name) => typeof name === 'string');
  return texts.length === 0 ? null : texts.map((name) => JSON.stringify(name)).join(', ');
}

function fileDigests(model: ModelFile): Told {
  const isDigested = filesOf(model).filter((file) => memberOf(file, 'sha256') !== undefined);
  if (isDigested.length === 0) return null;
  return 'SHA-256 and size in bytes of each file: whoever has a file can check whether it was used';
}

/** Members and arrays that `unrolled train` does not write. */
function otherMetadata(model: ModelFile): Told {
  const published = withoutText(model);
  const names = (['recipe', 'corpus', 'results', 'generationConfig'] as const).flatMap((part) =>
    missing(part, model[part] ?? null, published[part] ?? null),
  );
  const known = /^(corpus\.(files|valid|test)$|training\.|best\.|counts\.(unigram|bigram)$|items\.digests$)/;
  const others = [...names, ...model.extras.keys()].filter((name) => !known.test(name));
  return others.length === 0 ? null : others.map((name) => JSON.stringify(name)).join(', ');
}

/** The paths of what a published file does not have of a part. */
function missing(part: string, value: Json, published: Json): string[] {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [part];
  return Object.entries(value)
    .filter(([name, member]) => member !== null && memberOf(published, name) === undefined)
    .map(([name]) => `${part}.${name}`);
}

function field({ items }: ModelFile): Told {
  const [way, name] = items === null ? [] : partsOf(items);
  return name
    ? `the name of the ${way === 'csv' ? 'column' : 'field'} with the text: ${JSON.stringify(name)}`
    : null;
}

function sizes({ recipe, results, corpus }: ModelFile): Told {
  if (recipe === null && results === null && corpus === null) return null;
  return 'number of tokens, perplexities, settings and seed: whoever has the text can train the model again and compare';
}

function memberOf(value: Json, name: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as { readonly [name: string]: Json })[name] : undefined;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
