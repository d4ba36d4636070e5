import type { TextCodec } from '../../data/text-codec.ts';
import { isNormalForm, type NormalForm } from '../../data/texts/normal-form.ts';
import { isBuiltInKind } from '../../data/tokenizers/open.ts';
import { sameTokenizer, type Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import type { TrainRequest } from '../automatic/train-request.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';
import type { Resumed } from '../run/read-checkpoint.ts';
import { type Start, startTokenizer } from '../run/start-weights.ts';

/** Where the tokens of a run may come from, beside its texts. */
export interface CodecSources extends Partial<TextCodec> {
  readonly start?: Start | null;
  readonly resumed?: Resumed | null;
}

/** What a run encodes with, as far as its texts don't decide, and the recipe that says so. */
export interface KnownCodec {
  readonly recipe: Recipe;
  readonly known: Partial<TextCodec>;
}

type Request = Pick<TrainRequest, 'recipe' | 'asked'>;

/**
 * A resumed run keeps its tokenizer, weights to start from have one, and one may be given. What is fitted to a text, words and
 * characters, is fitted to the new one where weights are to start from.
 * @param isStreamed whether counting takes so long that a resumed run keeps its vocabulary too: the digests of its texts are compared
 * @throws OptionError where the given settings, or the given tokenizer, are others
 */
export function knownCodec(
  { recipe, asked }: Request,
  sources: CodecSources,
  isStreamed: boolean = false,
): KnownCodec {
  const { start = null, resumed = null, tokenizer, vocabulary } = sources;
  if (resumed) return { recipe, known: codecOfRun(resumed, sources, isStreamed) };
  if (tokenizer) {
    const size = vocabulary?.withoutEnd().size ?? sizeOf(tokenizer);
    checkGivenSettings(asked, tokenizer, size, null);
    // A model that is trained further stays what it is.
    const own = start ? vocabulary : vocabulary && withEndOf(recipe, vocabulary);
    return {
      recipe: start ? recipeOf(tokenizer, recipe) : recipeWith(tokenizer, recipe, size),
      known: { tokenizer, ...(own && { vocabulary: own }) },
    };
  }
  const found = start && startTokenizer(start);
  // Weights alone say nothing of their tokens: those are words unless asked otherwise.
  if (found === null) return { recipe: start ? recipeOf({ kind: '' }, recipe) : recipe, known: {} };
  if (asked.tokens !== undefined && asked.tokens !== found.kind) return { recipe, known: {} };
  const isFixed = found.fixedVocabulary() !== null;
  if (isFixed) checkGivenSettings(asked, found, sizeOf(found), start);
  return {
    recipe: { ...recipeWith(found, recipe, sizeOf(found)), ...asked },
    known: isFixed ? { tokenizer: found } : {},
  };
}

/** Items have an end token; a vocabulary may come from a model of the other kind. */
function withEndOf({ items }: Recipe, vocabulary: Vocabulary): Vocabulary {
  return items == null ? vocabulary.withoutEnd() : vocabulary.withEnd();
}

/** The vocabulary is counted anew and compared, unless it was given, or comes from a version that counted otherwise. */
function codecOfRun(
  resumed: Resumed,
  { tokenizer, vocabulary }: Partial<TextCodec>,
  isStreamed: boolean,
): Partial<TextCodec> {
  const { file, run } = resumed;
  const given = vocabulary && withEndOf(resumed.recipe, vocabulary);
  const isOther = tokenizer && !sameTokenizer(tokenizer, resumed.tokenizer);
  if (isOther || (given && !given.equals(resumed.vocabulary))) {
    throw new OptionError(
      'checkpoint-foreign',
      (nameOf) =>
        `${file} was trained with another tokenizer than ${nameOf('tokenizer')}; a resumed run keeps its own. Leave ` +
        `${nameOf('tokenizer')} out, or start a new run without ${nameOf('resume')}.`,
    );
  }
  const isKept =
    isStreamed || vocabulary || run?.request?.tokenizer || resumed.vocabulary.unknownInText === null;
  return { tokenizer: resumed.tokenizer, ...(isKept && { vocabulary: resumed.vocabulary }) };
}

/** A recipe that says what a known tokenizer is. One of the user's own is in the model file alone. */
export function recipeOf({ kind }: Pick<Tokenizer, 'kind'>, recipe: Recipe): Recipe {
  if (isBuiltInKind(kind)) return { ...recipe, tokens: kind };
  return recipe.tokens === 'auto' ? { ...recipe, tokens: 'word' } : recipe;
}

function recipeWith(tokenizer: Tokenizer, recipe: Recipe, size: number | null): Recipe {
  const normalize = formOf(tokenizer);
  return {
    ...recipeOf(tokenizer, recipe),
    ...(normalize !== null && { normalize }),
    ...(size !== null && { vocabSize: size }),
  };
}

/** How many tokens are learnt; null where that is no choice: of bytes, and of what is built from a text. */
function sizeOf(tokenizer: Tokenizer): number | null {
  return tokenizer.granularity === 'word' ? (tokenizer.fixedVocabulary()?.size ?? null) : null;
}

function formOf(tokenizer: Tokenizer): NormalForm | null {
  const json = tokenizer.toJSON();
  return typeof json === 'object' && isNormalForm(json.normalize) ? json.normalize : null;
}

/** Throws for a given setting that says otherwise than the tokenizer. */
function checkGivenSettings(
  asked: Partial<Recipe>,
  tokenizer: Tokenizer,
  size: number | null,
  start: Start | null,
): void {
  const { tokens = tokenizer.kind, vocabSize = size, normalize = formOf(tokenizer) } = asked;
  const differing = [
    ['tokens', tokens, tokenizer.kind],
    ['vocabSize', vocabSize, size ?? vocabSize],
    ['normalize', normalize ?? null, formOf(tokenizer)],
  ].find(([, given, own]) => given !== own);
  if (!differing) return;
  const [name, given, own] = differing;
  throw new OptionError(
    'option-conflict',
    (nameOf) => {
      const of = start ? 'its tokenizer' : nameOf('tokenizer');
      return `${nameOf(`${name}`)} is ${given}, and that of ${of} is ${own}; one says what the other does. Leave ${nameOf(`${name}`)} out.`;
    },
    start?.name,
  );
}
