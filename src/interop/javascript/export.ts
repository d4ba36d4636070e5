import { concatBytes } from '../../formats/peek-start.ts';
import type { ModelFile } from '../../models/model-file.ts';
import { parameterShapes } from '../../models/parameters.ts';
import { type Exporter, zoneoutNotes } from '../exporter.ts';
import { base64Strings } from './base64.ts';
import { moduleSource } from './module-source.ts';
import { samplingOf } from './sampling-defaults.ts';
import { typeDeclarations } from './type-declarations.ts';
import { float16Bytes, float32Bytes } from './weight-bytes.ts';

/** One ES module without dependencies, with its types: the program that computes the model, its vocabulary and its weights. */
export const javascriptExporter: Exporter = {
  extension: '.js',
  flags: ['external', 'float16'],
  write(model, { name, where, external = false, float16 = false }) {
    const arrays = weightsOf(model);
    const { bytes, change } = float16 ? float16Bytes(arrays, where) : float32Bytes(arrays);
    const file = external ? `${name}.bin` : null;
    const source = encode(moduleSource(model, name, { file, float16 }));
    const files = new Map([
      [`${name}.js`, external ? source : concatBytes([source, base64Strings(bytes), encode('];\n')])],
      [`${name}.d.ts`, encode(typeDeclarations(external))],
    ]);
    if (file !== null) files.set(file, bytes);
    return { files, notes: notesOf(model, float16 ? change : null) };
  },
};

function notesOf({ config, generationConfig, tokenizer }: ModelFile, change: number | null): string[] {
  const notes = samplingOf(generationConfig).lost.map(
    (name) => `generate has no ${name}; the model has a default for it.`,
  );
  notes.push(...zoneoutNotes(config));
  if (tokenizer.kind === 'bpe') notes.push('generate does not heal a prompt that ends within a piece.');
  if (change !== null) notes.push(`Rounding to float16 changes a weight by up to ${change.toPrecision(2)}.`);
  return notes;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function* weightsOf({ config, tensors }: ModelFile): Generator<ArrayLike<number>> {
  for (const [name] of parameterShapes(config)) yield tensors.get(name)!.data;
}
