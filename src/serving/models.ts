import { shown, wrongKind } from '../kinds.ts';
import { ApiError } from './api-error.ts';
import { wrong } from './fields.ts';
import type { ServedModel } from './served-model.ts';

/** A model as `GET /v1/models/ID` shows it: what clients of OpenAI's API read, and what model it is. */
export interface ModelRecord {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: 'unrolled';
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly tokens: string;
  readonly parameters: number;
}

export interface ModelList {
  readonly object: 'list';
  readonly data: readonly ModelRecord[];
}

/** `GET /v1/models`: https://platform.openai.com/docs/api-reference/models */
export function listModels(service: { readonly models: readonly ServedModel[] }): ModelList {
  const models = modelsOf('listModels', service);
  return { object: 'list', data: models.map(modelRecord) };
}

/** `GET /v1/models/ID`. Throws the ApiError of status 404 where there is no such model. */
export function showModel(service: { readonly models: readonly ServedModel[] }, id: string): ModelRecord {
  return modelRecord(findModel(id, modelsOf('showModel', service)));
}

/** The model that a request names, which it need not where there is only one. @param id null for none */
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
  throw wrongKind(where, 'the service', service, 'a Service', 'Give openService([serve(name, saved)]).');
}

function findModel(id: string, models: readonly ServedModel[]): ServedModel {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  throw new ApiError(
    404,
    'model_not_found',
    `There is no model ${shown(typeof id === 'string' ? id.slice(0, 80) : id)}; this server has ${namesOf(models)}.`,
    { param: 'model' },
  );
}

function namesOf(models: readonly ServedModel[]): string {
  return models.map(({ id }) => JSON.stringify(id)).join(', ');
}

function modelRecord({ id, created, saved }: ServedModel): ModelRecord {
  const { model, tokenizer } = saved;
  const { cell, layers, hiddenSize, vocabSize } = model.config;
  const facts = { cell, layers, hidden: hiddenSize, vocabulary: vocabSize, tokens: tokenizer.kind };
  return { id, object: 'model', created, owned_by: 'unrolled', ...facts, parameters: model.parameterCount };
}
