import { broadcastJson, checkAgreement } from '../../../distributed/agreement.ts';
import type { Group } from '../../../distributed/group.ts';
import { loadModelFile, saveModelFile } from '../../../models/model-file.ts';
import { writeWeights } from '../../../models/weights.ts';
import type { TrainRequest } from '../../automatic/train-request.ts';
import { type Plan, type PlanOptions, planTraining } from '../../plan.ts';
import { readRecipe } from '../../read-recipe.ts';
import type { AnyTexts, FileInfo } from '../../text/training-data.ts';
import { sharedBackend, sharedTexts } from './shared-facts.ts';

const WHERE = 'rank 0';

/**
 * Plans a run of several processes: rank 0 makes the automatic choices, and gives the others recipe, tokenizer, vocabulary and the
 * first weights, as a model file, and the time budget. A resumed run has all of them in its checkpoint, which every process passes in `resumed`.
 * @throws {UnrolledError} `ranks-differ` when texts or backends differ; as `planTraining`
 */
export async function planTogether(
  request: TrainRequest,
  texts: AnyTexts,
  options: PlanOptions & { readonly group: Group },
): Promise<Plan> {
  const { group, resumed = null } = options;
  if (group.size === 1) return await planTraining(request, texts, options);
  await checkTexts(group, texts);
  let plan: Plan;
  if (resumed !== null) plan = await planTraining(request, texts, options);
  else plan = group.rank === 0 ? await lead(request, texts, options) : await follow(request, texts, options);
  await checkAgreement(group, 'train', [
    sharedBackend(plan.model.backend),
    {
      what: 'number of tokens',
      value: `${plan.trainingData.train.tokens.length}`,
      advice: 'Use the same text.',
    },
  ]);
  return plan;
}

async function lead(
  request: TrainRequest,
  texts: AnyTexts,
  options: PlanOptions & { readonly group: Group },
): Promise<Plan> {
  const plan = await planTraining(request, texts, options);
  await options.group.broadcast(await saveModelFile({ ...plan, results: null, extras: new Map() }));
  await broadcastJson(options.group, plan.budget);
  return plan;
}

async function follow(
  { minutes }: TrainRequest,
  texts: AnyTexts,
  options: PlanOptions & { readonly group: Group },
): Promise<Plan> {
  const bytes = await options.group.broadcast(new Uint8Array());
  const budget = await broadcastJson<Plan['budget']>(options.group, null);
  const { recipe: json, tokenizer, vocabulary, tensors } = await loadModelFile(bytes, WHERE);
  const recipe = readRecipe(json, WHERE);
  const request: TrainRequest = { recipe, asked: {}, open: 'nothing', minutes };
  const plan = await planTraining(request, texts, {
    ...options,
    start: null,
    tokenizer,
    vocabulary,
    scaleBatch: false,
  });
  writeWeights(plan.model, tensors);
  return { ...plan, recipe, budget };
}

async function checkTexts(group: Group, { train, valid, test }: AnyTexts): Promise<void> {
  const some = (text: FileInfo | null) => (text === null ? [] : [text]);
  await checkAgreement(group, 'train', [
    sharedTexts('training text', train),
    sharedTexts('validation text', some(valid)),
    sharedTexts('test text', some(test)),
  ]);
}
