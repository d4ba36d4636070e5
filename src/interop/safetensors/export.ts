import { encodeModelFile } from '../../models/model-file.ts';
import type { Exporter } from '../exporter.ts';

/** A model file of ours. Every exporter gets a model without what tells of the training text, so this one writes it as it is. */
export const safetensorsExporter: Exporter = {
  extension: '.safetensors',
  write: (model, { name }) => ({
    files: new Map([[`${name}.safetensors`, encodeModelFile(model)]]),
    notes: [],
  }),
};
