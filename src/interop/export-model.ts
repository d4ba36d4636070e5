import { UnrolledError } from '../errors.ts';
import { choice, type Kind, optionsOf, shown, text } from '../kinds.ts';
import { loadModelFile } from '../models/model-file.ts';
import type { Exported, Exporter } from './exporter.ts';
import { huggingFaceExporter } from './hugging-face/export.ts';
import { onnxExporter } from './onnx/export/export.ts';
import { withoutText } from './privacy/without-text.ts';
import { safetensorsExporter } from './safetensors/export.ts';

/** A format that models can be exported to. */
export type ExportFormat = 'safetensors' | 'onnx' | 'hf';

const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  safetensors: safetensorsExporter,
  onnx: onnxExporter,
  hf: huggingFaceExporter,
};

/** The formats that models can be exported to. */
export const exportFormats: readonly ExportFormat[] = Object.keys(exporters) as ExportFormat[];

const CHECKPOINT =
  'The model is a checkpoint: its current weights are exported, neither averaged nor the best ones of the run.';

/** Options of `exportModel`. */
export interface ExportOptions {
  /** The format to write. */
  readonly to: ExportFormat;
  /** The name of the output without folder and extension, from which other names are made. Default `model`. */
  readonly name?: string;
  /** The licence to state in the model card of a Hugging Face folder, as an identifier such as `apache-2.0`. Default: none. */
  readonly license?: string;
  /** The beginning of error messages, such as the name of the model file. Default `exportModel`. */
  readonly where?: string;
}

/** The identifier of a licence, as SPDX and the Hugging Face Hub spell it. */
export const licenseId: Kind<string> = {
  form: 'text',
  needs: 'the identifier of a licence, such as mit, apache-2.0 or cc-by-4.0',
  accepts: (value): value is string =>
    typeof value === 'string' && /^[a-z0-9][a-z0-9.+-]{0,60}$/i.test(value),
};

/** The extension of the output file of a format, such as `.onnx`; null if the output is a folder. */
export function extensionOf(format: ExportFormat): string | null {
  return exporters[format].extension;
}

/**
 * Writes a model for another tool. Names and digests of texts, n-gram counts, item digests and training state are left out.
 *
 * @param file the bytes of a model file, from `saveModelFile` or `unrolled train`
 * @throws {UnrolledError} code `option-value` for an unknown format or a model that the format can't represent; `file-large`
 * for one that is too large for it; `not-finite` for a weight beyond float32; `file-damaged`,
 * `file-foreign` or `file-version` for an invalid model file
 */
export async function exportModel(file: Uint8Array, options: ExportOptions): Promise<Exported> {
  const {
    to,
    name = 'model',
    license,
    where = 'exportModel',
  } = optionsOf('exportModel', options, 'Pass { to: format }.');
  const formats = choice(exportFormats);
  if (!formats.accepts(to)) throw wrong('to', to, formats.needs);
  if (!text.accepts(name)) throw wrong('name', name, text.needs);
  if (license !== undefined && !licenseId.accepts(license)) throw wrong('license', license, licenseId.needs);
  const model = await loadModelFile(file, where);
  const { files, notes } = await exporters[to].write(withoutText(model), { name, where, license });
  return { files, notes: model.training === undefined ? notes : [CHECKPOINT, ...notes] };
}

function wrong(option: string, value: unknown, needs: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `exportModel: ${option} is ${shown(value)}; it must be ${needs}. Pass one.`,
  );
}
