import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import { chainOf } from './chain.ts';
import type { KerasLayer } from './layer.ts';

/** A JSON object of the configuration. */
export type ConfigObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The layers of a model's configuration, from input to output. Keras 1 and 2 list those of a Sequential directly; a functional
 * model must be a chain.
 *
 * @throws {UnrolledError} code `file-damaged` for a configuration of another form, `file-foreign` for a model of other classes
 */
export function layersOf(model: unknown, where: string): readonly KerasLayer[] {
  const [type, config] = isObject(model) ? [model.class_name, model.config] : [];
  if (type === 'Sequential') return listOf(config, where).map((entry) => layerOf(entry, where));
  if (type === 'Functional' || type === 'Model') {
    const entries = listOf(config, where);
    return chainOf(
      entries.map((entry) => ({
        layer: layerOf(entry, where),
        nodes: (entry as ConfigObject).inbound_nodes,
      })),
      (config as ConfigObject).output_layers,
      where,
    );
  }
  throw new UnrolledError(
    'file-foreign',
    `${where}: the model is of the class ${shown(type)}; it must be Sequential or Functional. Save a model of that class.`,
  );
}

/** The layer in the configuration of a wrapper, such as TimeDistributed. */
export function innerLayer({ settings }: KerasLayer, where: string): KerasLayer {
  return layerOf(settings.layer, where);
}

function listOf(config: unknown, where: string): readonly unknown[] {
  const layers = isObject(config) ? config.layers : config;
  if (Array.isArray(layers)) return layers;
  throw damaged(where, `the configuration has the layers ${shown(layers)}`, 'it must be an array');
}

function layerOf(entry: unknown, where: string): KerasLayer {
  const { class_name: type, config: settings } = isObject(entry) ? entry : {};
  const name = isObject(settings) ? settings.name : undefined;
  if (typeof type !== 'string' || !isObject(settings) || typeof name !== 'string') {
    throw damaged(
      where,
      `the configuration has the layer ${shown(entry)}`,
      'a layer has class_name and config with a name',
    );
  }
  return { name, type, settings };
}
