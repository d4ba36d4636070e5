import { UnrolledError } from '../errors.ts';
import { choice, flag, type Kind, optionsOf, shown, text } from '../kinds.ts';
import { loadModelFile } from '../models/model-file.ts';
import type { Exported, Exporter, ExportFlag } from './exporter.ts';
import { huggingFaceExporter } from './hugging-face/export.ts';
import { javascriptExporter } from './javascript/export.ts';
import { kerasExporter } from './keras/export/export.ts';
import { onnxExporter } from './onnx/export/export.ts';
import { withoutText } from './privacy/without-text.ts';
import { pytorchExporter } from './pytorch/export/export.ts';
import { safetensorsExporter } from './safetensors/export.ts';

/** A format that models can be exported to. */
export type ExportFormat = 'safetensors' | 'onnx' | 'pytorch' | 'hf' | 'js' | 'keras';

const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  safetensors: safetensorsExporter,
  onnx: onnxExporter,
  pytorch: pytorchExporter,
  hf: huggingFaceExporter,
  js: javascriptExporter,
  keras: kerasExporter,
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
  /** Whether the weights are written to a file of their own, `model.bin` for `model.js`. Only for `js`. Default false. */
  readonly external?: boolean;
  /** Whether the weights are rounded to float16, for half the size. Only for `js`. Default false. */
  readonly float16?: boolean;
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

/** The formats that have a setting. */
export function formatsWith(flag: ExportFlag): readonly ExportFormat[] {
  return exportFormats.filter((format) => exporters[format].flags?.includes(flag));
}

/**
 * Writes a model for another tool. Names and digests of texts, n-gram counts, item digests and training state are left out.
 *
 * @param file the bytes of a model file, from `saveModelFile` or `unrolled train`
 * @throws {UnrolledError} code `option-value` for an unknown format, an invalid option or a model that the format can't represent; `file-large`
 * for one that is too large for it; `not-finite` for a weight beyond float32; `file-damaged`,
 * `file-foreign` or `file-version` for an invalid model file; `option-conflict` for an option that the format does not have
 */
export async function exportModel(file: Uint8Array, options: ExportOptions): Promise<Exported> {
  const {
    to,
    name = 'model',
    license,
    where = 'exportModel',
    ...flags
  } = optionsOf('exportModel', options, 'Pass { to: format }.');
  const formats = choice(exportFormats);
  if (!formats.accepts(to)) throw wrong('to', to, formats.needs);
  if (!text.accepts(name)) throw wrong('name', name, text.needs);
  if (license !== undefined && !licenseId.accepts(license)) throw wrong('license', license, licenseId.needs);
  const settings = { name, where, license, ...flagsFor(to, flags) };
  const model = await loadModelFile(file, where);
  const { files, notes } = await exporters[to].write(withoutText(model), settings);
  return { files, notes: model.training === undefined ? notes : [CHECKPOINT, ...notes] };
}

/** Throws for a flag that the format does not have. */
function flagsFor(
  to: ExportFormat,
  { external = false, float16 = false }: Pick<ExportOptions, ExportFlag>,
): Record<ExportFlag, boolean> {
  const given = { external, float16 };
  for (const [name, value] of Object.entries(given) as [ExportFlag, unknown][]) {
    if (!flag.accepts(value)) throw wrong(name, value, flag.needs);
    if (!value || formatsWith(name).includes(to)) continue;
    const others = formatsWith(name).join(' or ');
    throw new UnrolledError(
      'option-conflict',
      `exportModel: ${name} is set, but to is ${to}; ${name} needs ${others}. Leave it out.`,
    );
  }
  return given;
}

function wrong(option: string, value: unknown, needs: string): UnrolledError {
  return new UnrolledError(
    'option-value',
    `exportModel: ${option} is ${shown(value)}; it must be ${needs}. Pass one.`,
  );
}
