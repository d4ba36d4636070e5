import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../formats/damaged.ts';
import type { ModuleFacts } from '../../network/named-arrays.ts';
import { PickleObject, type PickleValue } from '../../pickle/values.ts';

/** How deep modules may be nested, and how many names their arrays may have: one that contains itself has endless ones. */
const DEEPEST = 64;
const MOST_NAMES = 20_000;

/** The arrays of stored modules by their names, and what each module says of itself. */
export interface ModuleContents {
  readonly values: Map<string, PickleValue>;
  readonly modules: Map<string, ModuleFacts>;
}

/** Whether a value is an object of a module. */
export function isModule(value: PickleValue): value is PickleObject {
  return value instanceof PickleObject && value.attributes.get('_modules') instanceof Map;
}

/** Parameters and buffers of a module and those in it, named as `state_dict` does. */
export function contentsOf(root: PickleObject, where: string): ModuleContents {
  const contents = { values: new Map<string, PickleValue>(), modules: new Map<string, ModuleFacts>() };
  collect(root, [], contents, where);
  return contents;
}

function collect(
  module: PickleObject,
  path: readonly string[],
  contents: ModuleContents,
  where: string,
): void {
  const { values, modules } = contents;
  const { attributes, type } = module;
  modules.set(path.join('.'), { type, attributes: plainAttributes(attributes) });
  for (const group of ['_parameters', '_buffers']) {
    for (const [name, value] of entriesOf(attributes.get(group))) {
      if (value !== null) values.set([...path, name].join('.'), value);
    }
  }
  if (path.length >= DEEPEST || values.size + modules.size > MOST_NAMES) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: the modules are nested ${DEEPEST} deep or have more than ${MOST_NAMES} arrays; at most that many can be read. Save a state dict.`,
    );
  }
  for (const [name, child] of entriesOf(attributes.get('_modules'))) {
    if (isModule(child)) collect(child, [...path, name], contents, where);
    else if (child !== null) throw notAModule([...path, name].join('.'), where);
  }
}

function notAModule(name: string, where: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: ${shown(name)} is no module with parameters; it must be one. Save a state dict.`,
  );
}

function entriesOf(value: PickleValue): readonly (readonly [string, PickleValue])[] {
  const entries = value instanceof Map ? [...value] : [];
  return entries.filter((entry): entry is [string, PickleValue] => typeof entry[0] === 'string');
}

function plainAttributes(
  attributes: ReadonlyMap<PickleValue, PickleValue>,
): ReadonlyMap<string, string | number | boolean> {
  const plain = new Map<string, string | number | boolean>();
  for (const [name, value] of entriesOf(attributes as Map<PickleValue, PickleValue>)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      plain.set(name, value);
  }
  return plain;
}
