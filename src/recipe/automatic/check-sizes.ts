import type { Backend } from '../../backends/backend.ts';
import { OptionError } from '../../errors.ts';
import { MAX_HEADER_BYTES } from '../../formats/safetensors-header.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { parameterCount } from '../../models/sizes.ts';
import { PlanningArena } from '../../tensor/planning-arena.ts';
import { planBytes } from '../../training/plan-bytes.ts';
import { averageOf, optimizerOf } from '../learning.ts';
import { configOf, trainingOf } from '../model-of-recipe.ts';
import type { Recipe } from '../recipe.ts';
import type { TrainingData } from '../text/training-data.ts';

/** The data that memory and model file size depend on, besides the recipe. */
type Data = Pick<TrainingData, 'vocabulary' | 'valid' | 'test'>;

/** Maximum memory in bytes: the 32-bit address space, and the largest array of a JavaScript engine. */
const MAX_BYTES = { wasm: 2 ** 32, plain: 2 ** 33 } as const;
/** Per weight array: its copies in a checkpoint, and the header bytes of its name, shape and offsets. */
const [COPIES, ENTRY_BYTES] = [8, 160];
const OTHER_METADATA_BYTES = 1e6;

/** The settings that determine the memory of training; those of a Mogrifier LSTM only where they are set. */
type Sizes = Readonly<
  Record<'hidden' | 'layers' | 'wordvec' | 'batch' | 'time' | 'vocabSize', number> &
    Pick<Recipe, 'mogrifierRank' | 'mogrifierRounds'>
>;
type Size = keyof Sizes;

/**
 * Checks that the model file's header, the parameters and the memory of training stay within their limits. Computes them
 * without allocating.
 * @param asked the given settings; an error names one of these rather than a chosen one
 * @throws {OptionError} `memory` or `option-value`, with the setting, the memory that it needs and the largest value that fits
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
      `${nameOf(name)} is ${value}: training a model of ${rounded(parameters)} parameters needs ${gigabytes(bytes)}; ` +
      `the maximum of ${limit === MAX_BYTES.wasm ? 'a WebAssembly memory' : 'an array'} is ${gigabytes(limit)}. ${advice}.`
    );
  });
}

/** Whether training fits in memory. */
export async function fitsInMemory(recipe: Recipe, data: Data): Promise<boolean> {
  const { bytes, limit } = await memoryNeeded(recipe, sizesOf(recipe, data), data);
  return bytes <= limit;
}

/** The peak memory of a run on a backend, in bytes. */
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
    // The number of steps is only known for a run; any number has the memory of both kinds of steps.
    model: trainingOf(recipe, undefined, 1),
    optimizer: (on) => optimizerOf(recipe, on),
    ...(clip !== null && { clip }),
    ...(average !== null && { average: (on) => averageOf(average, on) }),
  });
}

function sizesOf(recipe: Recipe, { vocabulary }: Data): Sizes {
  const { hidden, layers, wordvec, batch, time, mogrifierRank, mogrifierRounds } = recipe;
  return {
    ...{ hidden, layers, wordvec, batch, time, vocabSize: vocabulary.size },
    ...(mogrifierRank !== undefined && { mogrifierRank }),
    ...(mogrifierRounds !== undefined && { mogrifierRounds }),
  };
}

/** The memory needed and its limit, in bytes. Weights and gradients are checked first, since a dry run takes time and memory. */
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

/** A setting that is too large. */
interface OversizedSetting {
  readonly name: Size;
  readonly value: number;
  /** The largest value that fits; 0 when no value does. */
  readonly fits: number;
}

/** The setting that needs the smallest change to fit, among the given settings or, without any, among all. */
async function findOversized(recipe: Recipe, asked: Partial<Recipe>, data: Data): Promise<OversizedSetting> {
  const sizes = sizesOf(recipe, data);
  const all = Object.entries(sizes) as [Size, number][];
  const given = all.filter(([name]) => asked[name] != null);
  const considered = given.length > 0 ? given : all;
  const found: OversizedSetting[] = [];
  for (const [name, value] of considered) {
    const most = await largestFit(leastOf(name, recipe), value, async (less) => {
      const { bytes, limit } = await memoryNeeded(recipe, withSize(recipe, sizes, name, less), data);
      return bytes <= limit;
    });
    if (most > 0) found.push({ name, value, fits: most });
  }
  found.sort((one, other) => one.value / one.fits - other.value / other.fits);
  const [[name, value]] = considered;
  return found[0] ?? { name, value, fits: 0 };
}

/** The smallest valid value of a setting. */
function leastOf(name: Size, { tied, hidden, wordvec }: Recipe): number {
  // With one tied layer, the hidden size equals the embedding size.
  const needsTwo = name === 'mogrifierRounds' || (name === 'layers' && tied && hidden !== wordvec);
  return needsTwo ? 2 : 1;
}

/** The sizes with one changed. With one tied layer, the hidden size equals the embedding size. */
function withSize({ tied }: Recipe, sizes: Sizes, name: Size, value: number): Sizes {
  const isWidth = name === 'hidden' || name === 'wordvec';
  return {
    ...sizes,
    [name]: value,
    ...(isWidth && tied && sizes.layers === 1 && { hidden: value, wordvec: value }),
  };
}

/** The largest value in [least, above) that fits, rounded down to two digits; 0 when `least` doesn't fit. */
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

/** Throws for a vocabulary that is too large for the header of a model file. */
function checkHeader({ layers }: Recipe, { vocabulary }: Data): void {
  const { tokens } = vocabulary;
  const rest = OTHER_METADATA_BYTES + 6 * layers * COPIES * ENTRY_BYTES;
  const bytes = tokenBytes(tokens);
  if (bytes + rest <= MAX_HEADER_BYTES) return;
  const most = roundDown(Math.floor((tokens.length * (MAX_HEADER_BYTES - rest)) / bytes));
  throw new OptionError(
    'option-value',
    (nameOf) =>
      `the vocabulary has ${tokens.length} tokens, which take ${Math.ceil((bytes + rest) / 1e6)} MB in the header of the ` +
      `model file; the maximum is ${MAX_HEADER_BYTES / 1e6} MB. Use ${nameOf('vocabSize')} ${most} or less.`,
  );
}

/** Bytes of the tokens in the header, which stores them as JSON within JSON. */
function tokenBytes(tokens: readonly string[]): number {
  const encoder = new TextEncoder();
  return tokens.reduce((sum, token) => {
    // The outer quotes account for the comma and the escaped quotes.
    return sum + (/[^\w.,;:!?'-]/.test(token) ? encoder.encode(jsonTwice(token)).length : token.length + 5);
  }, 0);
}

function jsonTwice(token: string): string {
  return JSON.stringify(JSON.stringify(token));
}

function gigabytes(bytes: number): string {
  return `${rounded(bytes / 1e9)} GB`;
}

/** Three significant digits, with thousands separators. */
function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
