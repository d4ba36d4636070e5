import { basename, resolve } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { type ServedModel, type ServedOptions, serve } from '../../../serving/served-model.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { ValueType } from '../../arguments/value-types.ts';

/** Another name of a model file. */
export interface Alias {
  readonly name: string;
  readonly path: string;
}

/** `NAME=FILE`. */
export const alias: ValueType<Alias> = {
  needs: 'NAME=FILE, such as gpt-3.5-turbo-instruct=model.safetensors',
  parse: (text) => {
    const [, name, path] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    return name === undefined ? undefined : { name, path };
  },
};

/** Opens and names the models. Throws when two names are equal or an alias has no model. */
export async function openModels(
  paths: readonly string[],
  aliases: readonly Alias[],
  open: (path: string) => Promise<SavedModel>,
  options: ServedOptions,
): Promise<ServedModel[]> {
  checkAliases(paths, aliases);
  const names = paths.map((path) => {
    const own = aliases.filter((alias) => resolve(alias.path) === resolve(path));
    return [basename(path).replace(/\.safetensors$/, ''), ...own.map(({ name }) => name)];
  });
  checkUnique(names.flat());
  const models: ServedModel[] = [];
  for (const [i, path] of paths.entries()) {
    const [id, ...others] = names[i];
    models.push(serve(id, await open(path), { ...options, aliases: others }));
  }
  return models;
}

function checkAliases(paths: readonly string[], aliases: readonly Alias[]): void {
  const served = new Set(paths.map((path) => resolve(path)));
  const lost = aliases.find(({ path }) => !served.has(resolve(path)));
  if (!lost) return;
  const { name, path } = lost;
  throw new UsageError(
    `serve: got --alias ${name}=${path}; the file must be one of the served models. Add ${path} to them.`,
  );
}

function checkUnique(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new UnrolledError(
    'option-conflict',
    `serve: two models are named ${twice}; names must be unique. Rename a file.`,
  );
}
