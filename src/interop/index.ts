/**
 * Models of other tools: reads them, and writes models for them. Takes and returns bytes; free of Node.
 *
 * @module unrolled/interop
 */

export {
  type ExportFormat,
  type ExportOptions,
  exportFormats,
  exportModel,
  extensionOf,
} from './export-model.ts';
export type { Exported } from './exporter.ts';
export { type Imported, type ImportOptions, importFormats, importModel } from './import-model.ts';
export type { ImportFile, LeftOut, Mapping } from './importer.ts';
export type { Hdf5Contents, Hdf5Reader } from './keras/hdf5/contents.ts';
export type { H5Wasm } from './keras/hdf5/h5wasm-types.ts';
export { hdf5With } from './keras/hdf5/with-h5wasm.ts';
export { codecOfTokens, type TokensOfTexts } from './vocabulary/codec-of-tokens.ts';
export { CorpusVocabulary } from './vocabulary/corpus-vocabulary.ts';
export { tokensOfFile } from './vocabulary/vocabulary-file.ts';
