import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { OptionError } from '../../errors.ts';
import { defaultRecipe, learningDefaults } from '../default-recipe.ts';
import type { OptimizerName, Recipe } from '../recipe.ts';
import { AUTOMATIC_OPTIMIZER, adamSets, sgdSet } from '../settings/learning-sets.ts';
import { defaultsOf } from '../settings/settings.ts';
import { candidateSizes, type ModelSize } from './candidate-sizes.ts';
import type { Candidate } from './choose.ts';

type Granularity = Tokenizer['granularity'];

/** The settings without a preset that depend neither on the text nor on the optimizer. */
export const beforeLearning: Recipe = { ...defaultRecipe, ...defaultsOf('automatic') };
/** The settings without a preset for words and pieces, except for those that are chosen for the text: measured in docs/recipe-notes.md. */
export const automatic: Recipe = { ...beforeLearning, ...adamSets.word };
/** Minimum steps per epoch: a short text is read in fewer streams. */
const STEPS_PER_EPOCH = 50;
/** Lowest rate that is meant for SGD: Adam would change each weight by about that much in a step. */
const RATE_OF_SGD = 1;

/** The candidate recipes for a text of `tokens` tokens, from small to large models; each has the given settings. */
export function automaticRecipes(
  asked: Partial<Recipe>,
  tokens: number,
  granularity: Granularity,
): readonly Pick<Candidate, 'recipe' | 'neededTokens'>[] {
  const learning = learningFor(asked, granularity);
  return candidateSizes(granularity, tokens).map(({ neededTokens, lr, ...size }) => {
    const recipe = {
      ...beforeLearning,
      ...learning,
      ...size,
      ...(isAdam(asked) && lr !== undefined && { lr }),
      ...asked,
    };
    const batch = asked.batch ?? batchFor(tokens, recipe);
    return { recipe: { ...recipe, ...tyingFor(asked, size, granularity), batch }, neededTokens };
  });
}

/**
 * Throws for a learning rate that is meant for SGD where the optimizer is chosen automatically.
 * @throws {OptionError} `option-value`
 */
export function checkRate({ optimizer, lr }: Partial<Recipe>): void {
  if (optimizer !== undefined || lr === undefined || lr < RATE_OF_SGD) return;
  throw new OptionError('option-value', (nameOf) => {
    const [rate, name] = [nameOf('lr'), nameOf('optimizer')];
    return (
      `${rate} is ${lr}, a rate for sgd; ${AUTOMATIC_OPTIMIZER}, which is chosen without ${name}, needs one below ` +
      `${RATE_OF_SGD}, such as ${adamSets.word.lr}. Add ${name} sgd, or use a smaller ${rate}.`
    );
  });
}

/** The settings that go with the optimizer and the schedule; lrDecay or decayAfter without a schedule means `decay`. */
function learningFor(asked: Partial<Recipe>, granularity: Granularity): Partial<Recipe> {
  const { optimizer = AUTOMATIC_OPTIMIZER, schedule, lrDecay, decayAfter } = asked;
  const decays = schedule === undefined && (lrDecay ?? decayAfter) !== undefined;
  return {
    ...setOf(optimizer, granularity),
    ...learningDefaults({ schedule }),
    ...(decays && { schedule: 'decay' }),
  };
}

function isAdam({ optimizer = AUTOMATIC_OPTIMIZER }: Partial<Recipe>): boolean {
  return optimizer === 'adam' || optimizer === 'adamw';
}

/** The settings that go with an optimizer. Those other than Adam have a rate of their own, otherwise the set of SGD. */
function setOf(optimizer: OptimizerName, granularity: Granularity): Partial<Recipe> {
  const own = learningDefaults({ optimizer });
  return isAdam({ optimizer }) ? { ...own, ...adamSets[granularity] } : { ...sgdSet, ...own };
}

/**
 * Word models tie the embeddings by default. With one tied layer, the hidden size equals the embedding size, so giving
 * either sets both. Sampled softmax needs tied embeddings.
 */
function tyingFor(
  asked: Partial<Recipe>,
  size: Pick<ModelSize, 'layers'>,
  granularity: Granularity,
): Partial<Recipe> {
  const { tied, hidden, wordvec, layers = size.layers, sampledSoftmax = null } = asked;
  const single = layers === 1;
  const unequal = single && hidden !== undefined && wordvec !== undefined && hidden !== wordvec;
  if (tied === false || (tied === undefined && (granularity !== 'word' || unequal))) {
    return { tied: false, sampledSoftmax };
  }
  const width = wordvec ?? hidden;
  return { tied: true, ...(single && !unequal && width !== undefined && { wordvec: width, hidden: width }) };
}

/** The number of streams for a text. @param most the number for a long one */
function batchFor(tokens: number, { time, batch: most }: Pick<Recipe, 'time' | 'batch'>): number {
  return Math.min(most, Math.max(1, Math.floor(tokens / (STEPS_PER_EPOCH * time))));
}
