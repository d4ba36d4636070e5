import { shown, wrongKind } from '../kinds.ts';
import { ApiError, startOf } from './api-error.ts';
import { wrong } from './fields.ts';
import type { ServedModel } from './served-model.ts';

/** The response of `GET /v1/models/ID`: the fields of OpenAI's API, and the model's sizes. */
export interface ModelRecord {
  /** The model's name. */
  readonly id: string;
  readonly object: 'model';
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
  readonly owned_by: 'unrolled';
  /** The recurrent cell. */
  readonly cell: string;
  /** Number of layers. */
  readonly layers: number;
  /** Hidden size. */
  readonly hidden: number;
  /** Vocabulary size. */
  readonly vocabulary: number;
  /** Kind of tokens. */
  readonly tokens: string;
  /** Number of parameters. */
  readonly parameters: number;
}

/** The response of `GET /v1/models`. */
export interface ModelList {
  readonly object: 'list';
  /** The models. */
  readonly data: readonly ModelRecord[];
}

/**
 * Lists the models, like `GET /v1/models` (https://platform.openai.com/docs/api-reference/models).
 * @throws {UnrolledError} `option-value` when service is not a Service
 */
export function listModels(service: { readonly models: readonly ServedModel[] }): ModelList {
  const models = modelsOf('listModels', service);
  return { object: 'list', data: models.flatMap(byEachName).map(modelRecord) };
}

/**
 * Shows one model, like `GET /v1/models/ID`.
 * @throws {ApiError} of status 404 when there is no such model
 * @throws {UnrolledError} `option-value` when service is not a Service
 */
export function showModel(service: { readonly models: readonly ServedModel[] }, id: string): ModelRecord {
  return modelRecord(findModel(id, modelsOf('showModel', service)));
}

/** The model that a request names; without a name, the only model. @param id null for no name */
export function modelOf(id: string | null, models: readonly ServedModel[]): ServedModel {
  if (id !== null) return findModel(id, models);
  if (models.length === 1) return models[0];
  throw wrong('model', undefined, `one of ${namesOf(models)}`);
}

function modelsOf(
  where: string,
  service: { readonly models: readonly ServedModel[] },
): readonly ServedModel[] {
  if (Array.isArray(service?.models)) return service.models;
  throw wrongKind(where, 'the service', service, 'a Service', 'Pass openService([serve(name, saved)]).');
}

function findModel(id: string, models: readonly ServedModel[]): ServedModel {
  const found = models.flatMap(byEachName).find((model) => model.id === id);
  if (found) return found;
  throw new ApiError(
    404,
    'model_not_found',
    `There is no model ${shown(typeof id === 'string' ? startOf(id, 80) : id)}; this server has ${namesOf(models)}.`,
    { param: 'model' },
  );
}

/** The model by its name and by each alias; answers repeat the name of the request. */
function byEachName(model: ServedModel): ServedModel[] {
  return [model, ...model.aliases.map((id) => ({ ...model, id }))];
}

function namesOf(models: readonly ServedModel[]): string {
  return models
    .flatMap(byEachName)
    .map(({ id }) => JSON.stringify(id))
    .join(', ');
}

function modelRecord({ id, created, saved }: ServedModel): ModelRecord {
  const { model, tokenizer } = saved;
  const { cell, layers, hiddenSize, vocabSize } = model.config;
  const facts = { cell, layers, hidden: hiddenSize, vocabulary: vocabSize, tokens: tokenizer.kind };
  return { id, object: 'model', created, owned_by: 'unrolled', ...facts, parameters: model.parameterCount };
}
