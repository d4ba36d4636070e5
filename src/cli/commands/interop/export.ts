import { basename, dirname, extname, join } from 'node:path';
import { printable } from '../../../data/texts/printable.ts';
import {
  type ExportFormat,
  exportFormats,
  exportModel,
  extensionOf,
  formatsWith,
  licenseId,
} from '../../../interop/export-model.ts';
import type { ExportFlag } from '../../../interop/exporter.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { choice, outputFile, valueType } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { othersIn, writeOutputs } from '../../files/interop/output-folder.ts';
import { displayName } from '../../files/standard-input.ts';
import { checkNotInUse } from '../../files/target.ts';
import { readBytes } from '../../files/texts/read.ts';
import { byteSize } from '../../terminal/format.ts';
import { print } from '../../terminal/streams.ts';

export const exportCommand: CommandSpec = command({
  operands: { usage: 'MODEL', min: 1, max: 1 },
  notes:
    'Names and digests of texts, n-gram counts and training state are left out. docs/interop.md lists\n' +
    'the formats and what each of them keeps.',
  options: {
    to: { value: 'FORMAT', type: choice(exportFormats), help: 'Format to write' },
    out: { value: 'PATH', type: outputFile, help: 'File or folder to write', otherwise: 'named after MODEL' },
    license: {
      value: 'ID',
      type: valueType(licenseId),
      help: 'Licence that the model card of a Hugging Face folder states',
      otherwise: 'none stated',
    },
    external: {
      help: 'For js: write the weights to a file of their own, named after PATH, instead of into the module',
    },
    float16: { help: 'For js: round the weights to float16, for half the size' },
    json: { help: 'Print one JSON object' },
  },
  examples: [
    {
      line: 'unrolled export model.safetensors --to safetensors --out public.safetensors',
      what: 'a file to publish',
    },
    {
      line: 'unrolled export model.safetensors --to hf --license cc-by-4.0',
      what: 'the folder model-hf, for the Hugging Face Hub',
    },
    {
      line: 'unrolled export model.safetensors --to onnx --out model.onnx',
      what: 'for ONNX Runtime, in Python, Node, pages and elsewhere',
    },
    {
      line: 'unrolled export model.safetensors --to pytorch --out model-pytorch',
      what: 'a folder with the weights and a load.py that builds the module',
    },
    {
      line: 'unrolled export model.safetensors --to js --out model.js',
      what: 'one ES module without dependencies, for Node, Deno, Bun, pages and bundlers',
    },
    {
      line: 'unrolled export model.safetensors --to js --external --float16 --out model.js',
      what: 'the weights beside it, in model.bin, at half the size',
    },
  ],
  inputs: (_, [path]) => [path],
  run: async ({ to, out: given, license, json, ...flags }, [path]) => {
    if (to === undefined) {
      throw new UsageError(
        `export: --to is missing; it needs one of ${exportFormats.join(', ')}. Add --to FORMAT.`,
      );
    }
    checkFlags(to, flags);
    const out = given ?? defaultOutput(path, to);
    checkExtension(out, to);
    const folder = extensionOf(to) === null ? out : dirname(out);
    checkNotInUse('--out', out, [path]);
    const { files, notes: ofFormat } = await exportModel(readBytes(path), {
      to,
      name: stem(out),
      ...(license !== undefined && { license }),
      where: displayName(path),
      ...flags,
    });
    const written = writeOutputs(folder, files, [path]);
    const notes = [...ofFormat, ...(extensionOf(to) === null ? leftBehind(folder, files) : [])];
    if (json) await print(`${JSON.stringify({ format: to, out, files: written, notes })}\n`);
    else await print([...notes, ...written.map(savedLine)].map((line) => `${line}\n`).join(''));
    return 0;
  },
});

/** Throws for a flag that the format does not have. */
function checkFlags(to: ExportFormat, flags: Readonly<Record<ExportFlag, boolean>>): void {
  for (const name of Object.keys(flags) as ExportFlag[]) {
    if (!flags[name] || formatsWith(name).includes(to)) continue;
    throw new UsageError(
      `export: --${name} is for --to ${formatsWith(name).join(', ')}, not for --to ${to}. Leave it out.`,
    );
  }
}

/** Throws for a file without the extension of its format: the file that is written would have another name than the given one. */
function checkExtension(out: string, to: ExportFormat): void {
  const extension = extensionOf(to);
  if (extension === null || extname(out) === extension) return;
  throw new UsageError(
    `export: --out is ${printable(out)}; --to ${to} needs a name that ends in ${extension}. Write --out ${printable(`${stem(out)}${extension}`)}.`,
  );
}

/** A note about files in the output folder that this export did not write, such as the tokenizer of another model. */
function leftBehind(folder: string, files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const names = othersIn(folder, files);
  if (names.length === 0) return [];
  const some = names.length > 5 ? [...names.slice(0, 5), '…'] : names;
  return [
    `${folder} also has ${some.join(', ')}, not of this export. Remove what an earlier export left there.`,
  ].map(printable);
}

/** `model.onnx`, or the folder `model-hf`, for `model.safetensors` in the working folder. */
function defaultOutput(path: string, to: ExportFormat): string {
  const extension = extensionOf(to);
  const name = stem(path === '-' ? 'model' : path);
  return join('.', extension === null ? `${name}-${to}` : `${name}${extension}`);
}

function stem(path: string): string {
  return basename(path, extname(path));
}

function savedLine({ path, bytes }: { readonly path: string; readonly bytes: number }): string {
  return `saved ${printable(path)}, ${byteSize(bytes)}`;
}
