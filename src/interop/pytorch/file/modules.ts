import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../formats/damaged.ts';
import type { ModuleFacts } from '../../network/named-arrays.ts';
import { PickleObject, type PickleValue } from '../../pickle/values.ts';

/** How deep modules may be nested, and how many entries they may have in all: one in several others counts each time. */
const DEEPEST = 64;
const MOST_ENTRIES = 20_000;
/** The most characters of the names of all entries. */
const MOST_CHARACTERS = 1 << 22;

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
  const collector = new Collector(where);
  collector.collect(root, []);
  return collector;
}

class Collector implements ModuleContents {
  readonly values: Map<string, PickleValue> = new Map();
  readonly modules: Map<string, ModuleFacts> = new Map();
  readonly #where: string;
  readonly #facts = new Map<PickleObject, ModuleFacts>();
  #entries = 0;
  #characters = 0;

  constructor(where: string) {
    this.#where = where;
  }

  collect(module: PickleObject, path: readonly string[]): void {
    const { attributes } = module;
    const groups = ['_parameters', '_buffers', '_modules'].map((name) => attributes.get(name));
    this.#count(path, groups);
    this.modules.set(path.join('.'), this.#factsOf(module));
    const [parameters, buffers, children] = groups.map(entriesOf);
    for (const [name, value] of [...parameters, ...buffers]) {
      if (value !== null) this.values.set([...path, name].join('.'), value);
    }
    for (const [name, child] of children) {
      if (isModule(child)) this.collect(child, [...path, name]);
      else if (child !== null) throw notAModule([...path, name].join('.'), this.#where);
    }
  }

  #factsOf(module: PickleObject): ModuleFacts {
    const { type, attributes } = module;
    const facts = this.#facts.get(module) ?? { type, attributes: plainAttributes(attributes) };
    this.#facts.set(module, facts);
    return facts;
  }

  /** Throws for too many entries, before they are read. */
  #count(path: readonly string[], groups: readonly PickleValue[]): void {
    this.#entries += groups.reduce<number>((sum, group) => sum + (group instanceof Map ? group.size : 0), 1);
    this.#characters += path.reduce((sum, name) => sum + name.length + 1, 0);
    const isSmall = this.#entries <= MOST_ENTRIES && this.#characters <= MOST_CHARACTERS;
    if (isSmall && path.length < DEEPEST) return;
    throw new UnrolledError(
      'file-foreign',
      `${this.#where}: the modules are nested ${DEEPEST} deep, or have more than ${MOST_ENTRIES} entries or ${MOST_CHARACTERS} ` +
        'characters of names; a model has fewer. Save a state dict.',
    );
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
