import type { TextCodec } from '../../../data/text-codec.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { Hash } from '../../../formats/hash.ts';
import { automatic } from '../../automatic/automatic-recipe.ts';
import type { TrainRequest } from '../../automatic/train-request.ts';
import { defaultRecipe, learningDefaults } from '../../default-recipe.ts';
import type { Recipe } from '../../recipe.ts';
import { settingList } from '../../settings/settings.ts';
import { type AnyTexts, type CorpusInfo, describe, type FileInfo } from '../../text/training-data.ts';
import { type Start, startDigest } from '../start-weights.ts';
import type { RunRequest } from './run-record.ts';

/** The texts that decide the bits of a run, by what tells them from others. */
export type TextFingerprints = Pick<CorpusInfo, 'files' | 'valid'>;

/** What a new run is asked for. */
export interface RequestIdentity {
  readonly request: RunRequest;
  /** What its recipe has where nothing is given and nothing depends on the text or the machine. */
  readonly fixed: Partial<Recipe>;
  readonly texts: TextFingerprints;
  /** The settings that were asked for: a resumed run replaces its own by them. */
  readonly explicit: Partial<Recipe>;
}

/** Settings that the automatic choice sets, though their defaults don't say so. */
const CHOSEN: readonly (keyof Recipe)[] = ['maxTokens', 'tied', 'sampledSoftmax'];

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
      // With weights to start from it is theirs.
      ...(tokenizer && !start && { tokenizer: codecDigest(tokenizer, vocabulary) }),
    },
    fixed: withoutSplit(fixed, texts),
    explicit: asked,
    texts: { files: texts.train.map(describe), valid: texts.valid && describe(texts.valid) },
  };
}

/** Tells a given tokenizer from others. */
function codecDigest(tokenizer: Tokenizer, vocabulary?: Vocabulary): string {
  const hash = new Hash();
  hash.add(new TextEncoder().encode(JSON.stringify([tokenizer, vocabulary ?? null])));
  return hash.digest();
}

/** With a validation text none is split off, whatever the setting. */
function withoutSplit(settings: Partial<Recipe>, { valid }: AnyTexts): Partial<Recipe> {
  return valid ? { ...settings, validFraction: null } : settings;
}

function fixedBy(asked: Partial<Recipe>): Partial<Recipe> {
  const chosen = settingList.flatMap(([name, setting]) => (setting.chosen ? [name] : []));
  // Only runs from before subwords say nothing of their request.
  const { tokens } = defaultRecipe;
  const all = Object.entries({ ...automatic, tokens, ...learningDefaults(asked) });
  return Object.fromEntries(all.filter(([name]) => ![...chosen, ...CHOSEN].includes(name as keyof Recipe)));
}

/** What a resumed run was asked for in all: its settings of today replace those of before. */
export function resumedRequest(before: RunRequest | null, asked: Partial<Recipe>): RunRequest | null {
  return before && { ...before, given: { ...before.given, ...asked } };
}

/** What tells two requests apart: options, among them `init` and `minutes`. */
export function differencesOf(a: RunRequest, b: RunRequest): string[] {
  const settings = differentSettings(a.given, b.given);
  const others = (['minutes', 'init', 'tokenizer'] as const).filter((name) => a[name] !== b[name]);
  return [...settings, ...others];
}

/** The settings that have other values; one that is missing has another one. */
export function differentSettings(a: Partial<Recipe>, b: Partial<Recipe>): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Recipe>;
  return [...names].filter((name) => a[name] !== b[name]);
}

export function sameTexts(a: TextFingerprints, b: TextFingerprints): boolean {
  const marks = ({ files, valid }: TextFingerprints) =>
    JSON.stringify([files.map(fingerprintOf), valid && fingerprintOf(valid)]);
  return marks(a) === marks(b);
}

function fingerprintOf({ sha256, bytes, encoding }: FileInfo): unknown {
  return [sha256, bytes, encoding];
}
