import { ApiError } from './api-error.ts';
import { type Body, wrong } from './fields.ts';
import type { ServedModel } from './served-model.ts';

/** The model that a request names; where there is only one, it need not. */
export function modelOf(body: Body, models: readonly ServedModel[]): ServedModel {
  const { model: id = null } = body;
  if (id === null && models.length === 1) return models[0];
  if (typeof id !== 'string') throw wrong('model', id ?? undefined, `one of ${namesOf(models)}`);
  return findModel(id, models);
}

/** Throws the 404 where there is none of this name. */
export function findModel(id: string, models: readonly ServedModel[]): ServedModel {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  throw new ApiError(
    404,
    'model_not_found',
    `The model ${JSON.stringify(id.slice(0, 80))} is not here; this server has ${namesOf(models)}.`,
    { param: 'model' },
  );
}

function namesOf(models: readonly ServedModel[]): string {
  return models.map(({ id }) => JSON.stringify(id)).join(', ');
}
