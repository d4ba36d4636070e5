import type { Backend } from '../../backends/backend.ts';
import { MAX_HEADER_BYTES } from '../../formats/safetensors-header.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { parameterCount } from '../../models/sizes.ts';
import { PlanningArena } from '../../tensor/planning-arena.ts';
import { planBytes } from '../../training/plan-bytes.ts';
import { averageOf, optimizerOf } from '../learning.ts';
import { configOf, trainingOf } from '../model-of-recipe.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';
import type { TrainingData } from '../text/training-data.ts';

/** What memory and model file depend on, beside the recipe. */
type Data = Pick<TrainingData, 'vocabulary' | 'valid' | 'test'>;

/** All that a 32-bit pointer reaches, and the largest array of an engine. */
const MAX_BYTES = { wasm: 2 ** 32, plain: 2 ** 33 } as const;
/** For each array of the weights: its copies in a checkpoint, and the characters of name, shape and offsets. */
const [COPIES, ENTRY_BYTES] = [8, 160];
const OTHER_METADATA_BYTES = 1e6;

/** The settings that decide how much memory training takes. */
const SIZES = ['hidden', 'layers', 'wordvec', 'batch', 'time', 'vocabSize'] as const;
type Size = (typeof SIZES)[number];
type Sizes = Readonly<Record<Size, number>>;

/**
 * Judges the sizes of a run by formula, before any work: the header of its files, the parameters, and the memory of
 * training.
 * @param asked the given settings, which an error names rather than those that were chosen
 * @throws OptionError that names the setting, what it would need, and what fits
 */
export async function checkSizes(recipe: Recipe, asked: Partial<Recipe>, data: Data): Promise<void> {
  checkHeader(recipe, data);
  const { bytes, limit } = await memoryNeeded(recipe, sizesOf(recipe, data), data);
  if (bytes <= limit) return;
  const { name, value, fits } = await findOversized(recipe, asked, data);
  const parameters = parameterCount(configOf(recipe, data.vocabulary.size));
  throw new OptionError('memory', (nameOf) => {
    const advice = fits === 0 ? 'Use smaller sizes' : `Use ${nameOf(name)} ${fits} or less`;
    return (
      `${nameOf(name)} is ${value}: a model of ${rounded(parameters)} parameters needs ${gigabytes(bytes)} to be ` +
      `trained; ${limit === MAX_BYTES.wasm ? 'a WebAssembly memory' : 'an array'} holds up to ${gigabytes(limit)}. ${advice}.`
    );
  });
}

/** Whether the memory of training suffices. */
export async function fitsInMemory(recipe: Recipe, data: Data): Promise<boolean> {
  const { bytes, limit } = await memoryNeeded(recipe, sizesOf(recipe, data), data);
  return bytes <= limit;
}

/** The memory of a run on a backend, in bytes. */
export function trainingBytes(
  backend: Backend,
  config: RecurrentConfig,
  recipe: Recipe,
  { vocabulary, valid, test }: Data,
): Promise<number> {
  const texts = [valid, test].flatMap((part) => (part ? [part.items ?? part.ids.length] : []));
  const { batch: N, time: T, clip, average } = recipe;
  return planBytes(backend, config, {
    N,
    T,
    texts,
    items: vocabulary.endId >= 0,
    model: trainingOf(recipe),
    optimizer: (on) => optimizerOf(recipe, on),
    ...(clip !== null && { clip }),
    ...(average !== null && { average: (on) => averageOf(average, on) }),
  });
}

function sizesOf({ hidden, layers, wordvec, batch, time }: Recipe, { vocabulary }: Data): Sizes {
  return { hidden, layers, wordvec, batch, time, vocabSize: vocabulary.size };
}

/** Weights and gradients decide first, because rehearsing a run takes a while and memory for its ids. */
async function memoryNeeded(
  recipe: Recipe,
  sizes: Sizes,
  data: Data,
): Promise<{ bytes: number; limit: number }> {
  const plain = recipe.backend === 'reference';
  const limit = plain ? MAX_BYTES.plain : MAX_BYTES.wasm;
  const { vocabSize, ...rest } = sizes;
  const config = configOf({ ...recipe, ...rest }, vocabSize);
  const bytes = 2 * parameterCount(config) * (plain ? 8 : 4);
  if (bytes > limit) return { bytes, limit };
  const backend = {
    arena: new PlanningArena(plain ? 'float64' : 'float32', 0),
  } as Partial<Backend> as Backend;
  return { bytes: await trainingBytes(backend, config, { ...recipe, ...rest }, data), limit };
}

/** A setting that would have to be smaller. */
interface OversizedSetting {
  readonly name: Size;
  readonly value: number;
  /** What would fit; 0 where no single setting suffices. */
  readonly fits: number;
}

/** Of the given settings, or of all where none is, the one that would have to change least. */
async function findOversized(recipe: Recipe, asked: Partial<Recipe>, data: Data): Promise<OversizedSetting> {
  const sizes = sizesOf(recipe, data);
  const given = SIZES.filter((name) => asked[name] != null);
  const found: OversizedSetting[] = [];
  for (const name of given.length > 0 ? given : SIZES) {
    const value = sizes[name];
    // A single tied layer is as wide as its embedding.
    const least = name === 'layers' && recipe.tied && sizes.hidden !== sizes.wordvec ? 2 : 1;
    const most = await largestFit(least, value, async (less) => {
      const { bytes, limit } = await memoryNeeded(recipe, withSize(recipe, sizes, name, less), data);
      return bytes <= limit;
    });
    if (most > 0) found.push({ name, value, fits: most });
  }
  found.sort((one, other) => one.value / one.fits - other.value / other.fits);
  const [name] = given.length > 0 ? given : SIZES;
  return found[0] ?? { name, value: sizes[name], fits: 0 };
}

/** A single tied layer is as wide as its embedding. */
function withSize({ tied }: Recipe, sizes: Sizes, name: Size, value: number): Sizes {
  const isWidth = name === 'hidden' || name === 'wordvec';
  return {
    ...sizes,
    [name]: value,
    ...(isWidth && tied && sizes.layers === 1 && { hidden: value, wordvec: value }),
  };
}

/** The largest value from `least` to below `above` that fits, to two digits; 0 where `least` doesn't. */
async function largestFit(
  least: number,
  above: number,
  isFit: (value: number) => Promise<boolean>,
): Promise<number> {
  if (above <= least || !(await isFit(least))) return 0;
  let [good, bad] = [least, above];
  while (bad - good > Math.max(1, good / 100)) {
    const middle = Math.floor(Math.sqrt(good) * Math.sqrt(bad));
    const next = Math.min(Math.max(middle, good + 1), bad - 1);
    if (await isFit(next)) good = next;
    else bad = next;
  }
  return roundDown(good);
}

function roundDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}

/** Throws for a vocabulary that no model file could hold. */
function checkHeader({ layers }: Recipe, { vocabulary }: Data): void {
  const { tokens } = vocabulary;
  const rest = OTHER_METADATA_BYTES + 6 * layers * COPIES * ENTRY_BYTES;
  const bytes = tokenBytes(tokens);
  if (bytes + rest <= MAX_HEADER_BYTES) return;
  const most = roundDown(Math.floor((tokens.length * (MAX_HEADER_BYTES - rest)) / bytes));
  throw new OptionError(
    'option-value',
    (nameOf) =>
      `${nameOf('vocabSize')} leaves ${tokens.length} tokens, which take ${Math.ceil((bytes + rest) / 1e6)} MB in the header ` +
      `of the model file; the format allows ${MAX_HEADER_BYTES / 1e6} MB. Use ${nameOf('vocabSize')} ${most} or less.`,
  );
}

/** The bytes of the tokens in the header: JSON within JSON. */
function tokenBytes(tokens: readonly string[]): number {
  const encoder = new TextEncoder();
  return tokens.reduce((sum, token) => {
    // Outer quotes stand for the comma and one quote less.
    return sum + (/^[\w.,;:!?'-]*$/.test(token) ? token.length + 5 : encoder.encode(jsonTwice(token)).length);
  }, 0);
}

function jsonTwice(token: string): string {
  return JSON.stringify(JSON.stringify(token));
}

function gigabytes(bytes: number): string {
  return `${rounded(bytes / 1e9)} GB`;
}

/** To three digits, with commas. */
function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
