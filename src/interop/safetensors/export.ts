import { encodeModelFile, type ModelFile } from '../../models/model-file.ts';
import { parameterShapes } from '../../models/parameters.ts';
import type { Exporter } from '../exporter.ts';

/** A model file of ours, without what only training needs and what names the training text. */
export const safetensorsExporter: Exporter = {
  extension: '.safetensors',
  write: (model, { name }) => ({
    files: new Map([[`${name}.safetensors`, encodeModelFile(withoutText(model))]]),
    notes: [],
  }),
};

/** The model without training state, n-gram counts, item digests, and the names and digests of texts. */
export function withoutText({ training: _, tensors, ...model }: ModelFile): ModelFile {
  const weights = [...parameterShapes(model.config)].map(([name]) => [name, tensors.get(name)!] as const);
  return { ...model, corpus: null, extras: new Map(), tensors: new Map(weights) };
}
