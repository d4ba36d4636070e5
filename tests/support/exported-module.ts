import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ExportOptions, exportModel } from '../../src/interop/export-model.ts';
import type { LanguageModel } from '../../src/interop/javascript/runtime/language-model.ts';
import { afterFile } from './after-file.ts';

/** What an exported ES module has. */
export interface ExportedModule extends LanguageModel {
  readonly config: Readonly<Record<string, unknown>>;
  readonly vocabulary: readonly string[];
  readonly startId: number;
  /** Only with `external`. */
  readonly load: (source?: URL | Uint8Array) => Promise<void>;
}

/** The text of the module of a model. */
export async function moduleText(file: Uint8Array): Promise<string> {
  const { files } = await exportModel(file, { to: 'js' });
  return new TextDecoder().decode(files.get('model.js'));
}

/** Exports a model into a temporary folder and imports the module from there. */
export async function importExported(
  file: Uint8Array,
  options: Partial<ExportOptions> = {},
): Promise<ExportedModule> {
  const { files } = await exportModel(file, { ...options, to: 'js' });
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-js-'));
  afterFile(async () => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  return await import(/* @vite-ignore */ pathToFileURL(join(folder, `${options.name ?? 'model'}.js`)).href);
}
