import { importFormats, importModel } from '../../../interop/import-model.ts';
import { text } from '../../../kinds.ts';
import { choice, outputFile, valueType } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { mainFileOf, readImport } from '../../files/interop/import-file.ts';
import { openCodec } from '../../files/open-codec.ts';
import { checkNotInUse } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { checkWritable, writeFileAtomically } from '../../files/write.ts';
import { describeImport } from '../../print/import-report.ts';
import { print } from '../../terminal/streams.ts';

export const importCommand: CommandSpec = command({
  operands: { usage: 'FILE', min: 1, max: 1 },
  notes:
    'FILE is a model file of another tool, or a folder with one. Nothing in it is executed. The output\n' +
    'lists which array became which weight, and what was left out. docs/interop.md lists the formats.',
  options: {
    out: { value: 'FILE', type: outputFile, help: 'Model file to write', default: 'model.safetensors' },
    format: {
      value: 'FORMAT',
      type: choice(importFormats),
      help: 'Format of FILE',
      otherwise: 'recognised by its contents',
    },
    tokenizer: {
      value: 'FILE',
      type: valueType(text),
      help: 'tokenizer.json or model file whose tokens the model has',
      otherwise: 'that of FILE',
    },
    json: { help: 'Print one JSON object' },
  },
  examples: [],
  inputs: ({ tokenizer }, [path]) => [mainFileOf(path), tokenizer],
  run: async ({ out, format, tokenizer, json }, [given]) => {
    const path = mainFileOf(given);
    checkNotInUse('--out', out, [path, ...(tokenizer === undefined ? [] : [tokenizer])]);
    checkWritable(out);
    removeLeftovers(out);
    const codec = tokenizer === undefined ? undefined : openCodec(tokenizer, {});
    const { file, ...report } = await importModel(readImport(path), {
      ...(format !== undefined && { format }),
      ...(codec && { codec }),
    });
    writeFileAtomically(out, file);
    await print(
      `${json ? JSON.stringify({ ...report, out, bytes: file.length }) : describeImport(report, out, file.length)}\n`,
    );
    return 0;
  },
});
