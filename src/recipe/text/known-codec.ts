import type { TextCodec } from '../../data/text-codec.ts';
import { isNormalForm, type NormalForm } from '../../data/texts/normal-form.ts';
import { isBuiltInKind } from '../../data/tokenizers/open.ts';
import { sameTokenizer, type Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { OptionError } from '../../errors.ts';
import type { TrainRequest } from '../automatic/train-request.ts';
import type { Recipe } from '../recipe.ts';
import type { Resumed } from '../run/read-checkpoint.ts';
import { type Start, startTokenizer } from '../run/start-weights.ts';

/** Where a tokenizer or vocabulary may come from, other than the texts. */
export interface CodecSources extends Partial<TextCodec> {
  readonly start?: Start | null;
  readonly resumed?: Resumed | null;
}

/** The tokenizer and vocabulary known before the texts are read, and the recipe that matches them. */
export interface KnownCodec {
  readonly recipe: Recipe;
  readonly known: Partial<TextCodec>;
}

type Request = Pick<TrainRequest, 'recipe' | 'asked'>;

/**
 * Finds the tokenizer of a resumed run, of initial weights, or the given one. With initial weights, a vocabulary of words or
 * characters is still built from the new text.
 * @param isStreamed whether the texts are streamed: a resumed run then keeps its vocabulary, since counting again takes too
 * long and the hashes of the texts are compared anyway
 * @throws OptionError when the given settings or the given tokenizer differ from it
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
    // Fine-tuning keeps the model's kind: items or continuous text.
    const own = start ? vocabulary : vocabulary && withEndOf(recipe, vocabulary);
    return {
      recipe: start ? recipeOf(tokenizer, recipe) : recipeWith(tokenizer, recipe, size),
      known: { tokenizer, ...(own && { vocabulary: own }) },
    };
  }
  const found = start && startTokenizer(start);
  // A file with only weights doesn't name its tokens; words are the default.
  if (found === null) return { recipe: start ? recipeOf({ kind: '' }, recipe) : recipe, known: {} };
  if (asked.tokens !== undefined && asked.tokens !== found.kind) return { recipe, known: {} };
  const isFixed = found.fixedVocabulary() !== null;
  if (isFixed) checkGivenSettings(asked, found, sizeOf(found), start);
  return {
    recipe: { ...recipeWith(found, recipe, sizeOf(found)), ...asked },
    known: isFixed ? { tokenizer: found } : {},
  };
}

/** Adds or removes the end token, which only vocabularies of items have. */
function withEndOf({ items }: Recipe, vocabulary: Vocabulary): Vocabulary {
  return items == null ? vocabulary.withoutEnd() : vocabulary.withEnd();
}

/**
 * The tokenizer of a resumed run. Its vocabulary is built from the text again and compared, unless it was given or comes from
 * a version that built it differently.
 */
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
        `${file} was trained with a tokenizer other than ${nameOf('tokenizer')}; a resumed run can't change it. Leave ` +
        `${nameOf('tokenizer')} out, or start a new run without ${nameOf('resume')}.`,
    );
  }
  const isKept =
    isStreamed || vocabulary || run?.request?.tokenizer || resumed.vocabulary.unknownInText === null;
  return { tokenizer: resumed.tokenizer, ...(isKept && { vocabulary: resumed.vocabulary }) };
}

/** The recipe with `tokens` set to a tokenizer's kind, if it is built in. */
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

/** The number of learnt tokens; null for tokenizers without a learnt vocabulary. */
function sizeOf(tokenizer: Tokenizer): number | null {
  return tokenizer.granularity === 'word' ? (tokenizer.fixedVocabulary()?.size ?? null) : null;
}

function formOf(tokenizer: Tokenizer): NormalForm | null {
  const json = tokenizer.toJSON();
  return typeof json === 'object' && isNormalForm(json.normalize) ? json.normalize : null;
}

/** Throws for a given setting that contradicts the tokenizer. */
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
      const of = start ? "the file's tokenizer" : nameOf('tokenizer');
      return `${nameOf(`${name}`)} is ${given}, but ${of} has ${own}; they must agree. Leave ${nameOf(`${name}`)} out.`;
    },
    start?.name,
  );
}
