import { StreamBatches } from '../../data/stream-batches.ts';
import type { Vocabulary } from '../../data/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { RecurrentLM } from '../../models/recurrent-lm.ts';
import { checkWeights, writeWeights } from '../../models/weights.ts';
import { Random } from '../../tensor/random.ts';
import { countNgrams, type NgramCounts } from '../../training/ngram.ts';
import { countsToArrays } from '../../training/ngram-arrays.ts';
import { readBytes } from '../files/read.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import type { Recipe } from '../recipe.ts';
import type { StartEvent } from './events.ts';
import { type Material, prepare, type Texts } from './material.ts';

/** All that a run needs, checked: the model, the feed, and what the model file says beside the weights. */
export interface Plan extends Omit<SavedModel, 'results'> {
  readonly recipe: Recipe;
  readonly material: Material;
  readonly batches: StreamBatches;
  /** Of the training text. */
  readonly counts: NgramCounts;
  /** The model file to write. */
  readonly out: string;
}

export interface PlanOptions {
  /** The model file to write. */
  readonly out: string;
  /** A file of weights to start from. */
  readonly init: string | undefined;
  readonly threads: number | undefined;
}

/** Throws UnrolledError when `init` doesn't fit the text or the recipe. */
export async function makePlan(
  recipe: Recipe,
  texts: Texts,
  { out, init, threads }: PlanOptions,
): Promise<Plan> {
  const material = prepare(texts, recipe);
  const { tokenizer, vocabulary, info, train } = material;
  const { batch: N, time: T, streams: end } = recipe;
  const batches = new StreamBatches(train.ids, { N, T, end });
  const counts = countNgrams(train.ids, vocabulary.size);
  const extras = countsToArrays(counts);
  const model = await buildModel(recipe, vocabulary, { init, threads });
  return { recipe, material, batches, counts, out, model, tokenizer, vocabulary, corpus: info, extras };
}

export function startEvent({ recipe, material, batches, model, out }: Plan): StartEvent {
  const { info, train, valid, test } = material;
  const unknownRate = (part: typeof valid) => part && part.unknownCount / part.ids.length;
  return {
    event: 'start',
    recipe,
    corpus: info,
    config: model.config,
    parameters: model.parameterCount,
    backend: model.backend.description,
    trainTokens: train.ids.length,
    validUnknownRate: unknownRate(valid),
    testUnknownRate: unknownRate(test),
    stepsPerEpoch: batches.stepsPerEpoch,
    out,
  };
}

async function buildModel(
  recipe: Recipe,
  vocabulary: Vocabulary,
  { init, threads }: Omit<PlanOptions, 'out'>,
): Promise<RecurrentLM> {
  const config = {
    cell: recipe.cell,
    vocabSize: vocabulary.size,
    wordvecSize: recipe.wordvec,
    hiddenSize: recipe.hidden,
    layers: recipe.layers,
  };
  const start = init === undefined ? null : readSafetensors(readBytes(init), init);
  if (start && init !== undefined) {
    checkVocabulary(start.metadata.get('vocabulary'), vocabulary, init);
    checkWeights(config, start.tensors, init);
  }
  const model = new RecurrentLM(
    await openFastBackend(recipe.backend, threads),
    config,
    new Random(recipe.seed),
  );
  if (start) writeWeights(model, start.tensors);
  return model;
}

/** Weights mean something only with the ids that they were trained with. */
function checkVocabulary(json: string | undefined, vocabulary: Vocabulary, init: string): void {
  const ours = JSON.stringify(vocabulary);
  if (json === undefined || json === ours) return;
  throw new UnrolledError(
    `${init}: its vocabulary is not that of the training text (${vocabulary.size} tokens); its weights need the ` +
      'same. Use the text, --tokens, --vocab-size and --max-tokens that it was trained with.',
  );
}
