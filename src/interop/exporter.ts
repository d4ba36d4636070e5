import { hasZoneout } from '../models/config.ts';
import type { ModelFile } from '../models/model-file.ts';

/** Options of `exportModel` that a format may use. */
export interface ExportSettings {
  /** The name of the output without folder and extension. */
  readonly name: string;
  /** The beginning of error messages, such as the name of the model file. */
  readonly where: string;
  /** Whether the weights are a file of their own. Default false. */
  readonly external?: boolean;
  /** Whether the weights are rounded to float16. Default false. */
  readonly float16?: boolean;
  /** The licence to state, as an identifier such as `apache-2.0`; undefined if unknown. */
  readonly license?: string | undefined;
}

/** The settings that a format may lack. */
export type ExportFlag = 'external' | 'float16';

/** The files of an exported model. */
export interface Exported {
  /** The bytes by name: relative to the output folder, or beside each other if the output is a file. The main file comes first. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What the other tool does not get, or gets in another form: one sentence each. */
  readonly notes: readonly string[];
}

/** The temperature of `generate` for a model without sampling settings, which other tools get as a setting. */
export const TEMPERATURE = 0.8;

/** The note of a format that has zoneout by its expectation; none for a model without. */
export function zoneoutNotes(zoneout: Parameters<typeof hasZoneout>[0]): readonly string[] {
  return hasZoneout(zoneout) ? ['Zoneout is its expectation, as in evaluation.'] : [];
}

/** How to write a model for another tool. */
export interface Exporter {
  /** The extension of the output file, such as `.onnx`; null if the output is a folder. */
  readonly extension: string | null;
  /** The settings that it has. Default: none. */
  readonly flags?: readonly ExportFlag[];
  /**
   * Writes the files.
   * @param model a model from `withoutText`: nothing in it names or counts the training text. Its arrays must not be changed.
   */
  write(model: ModelFile, settings: ExportSettings): Exported | Promise<Exported>;
}
