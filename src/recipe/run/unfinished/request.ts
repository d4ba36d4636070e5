import type { TextCodec } from '../../../data/text-codec.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { Hash } from '../../../formats/hash.ts';
import { beforeLearning } from '../../automatic/automatic-recipe.ts';
import type { TrainRequest } from '../../automatic/train-request.ts';
import { defaultRecipe, learningDefaults } from '../../default-recipe.ts';
import type { Recipe } from '../../recipe.ts';
import { sgdSet } from '../../settings/learning-sets.ts';
import { settingList } from '../../settings/settings.ts';
import { type AnyTexts, type CorpusInfo, describe, type FileInfo } from '../../text/training-data.ts';
import { type Start, startDigest } from '../start-weights.ts';
import type { RunRequest } from './run-record.ts';

/** Fingerprints of the training and validation texts. */
export type TextFingerprints = Pick<CorpusInfo, 'files' | 'valid'>;

/** Identifies what a new run was requested to do. */
export interface RequestIdentity {
  readonly request: RunRequest;
  /** The settings that don't depend on the text or the machine: given ones and defaults. */
  readonly fixed: Partial<Recipe>;
  readonly texts: TextFingerprints;
  /** The given settings, which replace those of a resumed run. */
  readonly explicit: Partial<Recipe>;
}

/** Settings that are chosen automatically in addition to those marked `chosen`. */
const CHOSEN: readonly (keyof Recipe)[] = ['maxTokens', 'tied', 'sampledSoftmax'];

/** The identity of a request. */
export function requestIdentity(
  request: TrainRequest,
  texts: AnyTexts,
  { start = null, tokenizer, vocabulary }: Partial<TextCodec> & { readonly start?: Start | null },
): RequestIdentity {
  const { recipe, asked, open, minutes = null } = request;
  const { epochs: _, maxTokens: __, ...others } = recipe;
  const given = { all: asked, epochs: { ...others, ...asked }, nothing: recipe }[open];
  const fixed = open === 'all' ? { ...fixedBy(asked), ...asked } : given;
  return {
    request: {
      given: withoutSplit(given, texts),
      minutes: open === 'nothing' ? null : minutes,
      init: start && startDigest(start),
      // Initial weights determine the tokenizer.
      ...(tokenizer && !start && { tokenizer: codecDigest(tokenizer, vocabulary) }),
    },
    fixed: withoutSplit(fixed, texts),
    explicit: asked,
    texts: { files: texts.train.map(describe), valid: texts.valid && describe(texts.valid) },
  };
}

/** A hash of a tokenizer and vocabulary. */
function codecDigest(tokenizer: Tokenizer, vocabulary?: Vocabulary): string {
  const hash = new Hash();
  hash.add(new TextEncoder().encode(JSON.stringify([tokenizer, vocabulary ?? null])));
  return hash.digest();
}

/** With a validation text, the validation fraction has no effect. */
function withoutSplit(settings: Partial<Recipe>, { valid }: AnyTexts): Partial<Recipe> {
  return valid ? { ...settings, validFraction: null } : settings;
}

function fixedBy(asked: Partial<Recipe>): Partial<Recipe> {
  const chosen = settingList.flatMap(([name, setting]) => (setting.chosen ? [name] : []));
  // Only checkpoints from before subword tokens have no request; then words and SGD were chosen.
  const { tokens, optimizer } = defaultRecipe;
  const then = { ...beforeLearning, ...sgdSet, tokens, optimizer, ...learningDefaults(asked) };
  const all = Object.entries(then);
  return Object.fromEntries(all.filter(([name]) => ![...chosen, ...CHOSEN].includes(name as keyof Recipe)));
}

/** The request of a resumed run: the original one, with the settings given now. */
export function resumedRequest(before: RunRequest | null, asked: Partial<Recipe>): RunRequest | null {
  return before && { ...before, given: { ...before.given, ...asked } };
}

/** The names of the options that differ between two requests. */
export function differencesOf(a: RunRequest, b: RunRequest): string[] {
  const settings = differentSettings(a.given, b.given);
  const others = (['minutes', 'init', 'tokenizer'] as const).filter((name) => a[name] !== b[name]);
  return [...settings, ...others];
}

/** The names of the settings that differ, including those that only one has. */
export function differentSettings(a: Partial<Recipe>, b: Partial<Recipe>): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Recipe>;
  return [...names].filter((name) => a[name] !== b[name]);
}

/** Whether the fingerprints are equal. */
export function sameTexts(a: TextFingerprints, b: TextFingerprints): boolean {
  const marks = ({ files, valid }: TextFingerprints) =>
    JSON.stringify([files.map(fingerprintOf), valid && fingerprintOf(valid)]);
  return marks(a) === marks(b);
}

function fingerprintOf({ sha256, bytes, encoding }: FileInfo): unknown {
  return [sha256, bytes, encoding];
}
