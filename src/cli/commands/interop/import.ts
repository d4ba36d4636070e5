import type { TextCodec } from '../../../data/text-codec.ts';
import { type Imported, importFormats, importModel } from '../../../interop/import-model.ts';
import { ImportOptionError, type OptionNames } from '../../../interop/importer.ts';
import { encodingOption } from '../../arguments/encoding-option.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { choice, outputFile, text, type ValueType } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { readHdf5 } from '../../files/interop/hdf5.ts';
import { importCodec, vocabularyInputs } from '../../files/interop/import-codec.ts';
import { mainFileOf, readImport } from '../../files/interop/import-file.ts';
import { checkNotInUse } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { checkWritable, writeFileAtomically } from '../../files/write.ts';
import { describeImport } from '../../print/import-report.ts';
import { shellWord } from '../../terminal/format.ts';
import { print } from '../../terminal/streams.ts';

/** `ROLE=NAME`; a name may contain an equals sign. */
const assignment: ValueType<readonly [role: string, name: string]> = {
  needs: 'ROLE=NAME, such as embedding=tok.weight',
  parse: (given) => {
    const at = given.indexOf('=');
    return at < 1 || at === given.length - 1 ? undefined : [given.slice(0, at), given.slice(at + 1)];
  },
};

export const importCommand: CommandSpec = command({
  operands: { usage: 'FILE...', min: 1, max: Number.POSITIVE_INFINITY },
  notes:
    'The first FILE is a model file of another tool, or a folder with one. The files that it names, such as\n' +
    'the shards of its weights, are read from its folder, or from the further FILEs. Nothing in them is\n' +
    'executed. The output lists which array became which weight, and what was left out. docs/interop.md\n' +
    'lists the formats.',
  options: {
    out: { value: 'FILE', type: outputFile, help: 'Model file to write', default: 'model.safetensors' },
    format: {
      value: 'FORMAT',
      type: choice(importFormats),
      help: 'Format of the first FILE',
      otherwise: 'recognised by its contents',
    },
    book: { help: "FILE is a parameter list of the book's save_params, such as Rnnlm.pkl: --format book" },
    vocab: {
      value: 'FILE',
      type: text,
      help: 'Tokens in order of their ids: one a line, or JSON',
      otherwise: null,
    },
    corpus: {
      value: 'PATH',
      type: text,
      many: true,
      help: 'Training text, or a folder with train.txt, valid.txt and test.txt or with vocab.txt: words by first appearance',
      otherwise: null,
    },
    tokenizer: {
      value: 'FILE',
      type: text,
      help: 'tokenizer.json or model file whose tokens the model has',
      otherwise: 'that of FILE, or tokenizer.json beside it',
    },
    tokens: {
      value: 'KIND',
      type: choice(['word', 'char']),
      help: 'How texts are split into the tokens of --vocab or --corpus',
      otherwise: 'char if each token is one character',
    },
    encoding: { ...encodingOption, help: 'Text encoding of --vocab and --corpus, any WHATWG label' },
    map: {
      value: 'ROLE=NAME',
      type: assignment,
      many: true,
      help: 'Array of FILE for a role: embedding, rnn, cell, output, output-bias, ignore (repeatable)',
      otherwise: 'found by name and shape',
    },
    json: { help: 'Print one JSON object' },
  },
  examples: [
    {
      line: 'unrolled import model.pt --corpus data/wikitext-2 --out model.safetensors',
      what: "a model of PyTorch's word_language_model, with the folder that it was trained on",
    },
    {
      line: 'unrolled import weights.safetensors --vocab words.txt --map output=fc2.weight',
      what: 'arrays with names of their own, and a list of words',
    },
    {
      line: 'unrolled import --book Rnnlm.pkl --corpus ptb.train.txt --out book.safetensors',
      what: "parameters that the book's program saved, with the text that it was trained on",
    },
    {
      line: 'unrolled import model.json weights/group1-shard1of1.bin --vocab words.txt',
      what: 'a model of TensorFlow.js and its weights, which lie in another folder',
    },
  ],
  inputs: (flags, [path, ...others]) => [mainFileOf(path), ...others, ...vocabularyInputs(flags)],
  run: async ({ out, format: named, book, map, json, ...flags }, [given, ...others]) => {
    const format = book ? 'book' : named;
    if (named !== undefined && named !== format) {
      throw new UsageError(`import: got --book and --format ${named}; they name two formats. Leave one out.`);
    }
    const path = mainFileOf(given);
    checkNotInUse('--out', out, [path, ...others, ...vocabularyInputs(flags)]);
    checkWritable(out);
    removeLeftovers(out);
    const { file, ...report } = await imported([path, ...others], {
      format,
      map,
      codec: await importCodec(flags),
    });
    writeFileAtomically(out, file);
    await print(
      `${json ? JSON.stringify({ ...report, out, bytes: file.length }) : describeImport(report, out, file.length)}\n`,
    );
    return 0;
  },
});

const flagNames: OptionNames = {
  map: (role, name) => `--map ${shellWord(`${role}=${name}`)}`,
  vocabulary: '--vocab, --corpus or --tokenizer',
};

interface Settings {
  readonly format: string | undefined;
  readonly map: readonly (readonly [role: string, name: string])[];
  readonly codec: TextCodec | undefined;
}

/** Imports the first file. A further one that the model does not name is among what is left out. */
async function imported([path, ...others]: readonly string[], settings: Settings): Promise<Imported> {
  const { format, map, codec } = settings;
  const { file, unread } = readImport(path, others);
  try {
    const result = await importModel(file, {
      ...(format !== undefined && { format }),
      ...(codec && { codec }),
      hdf5: readHdf5,
      map: Object.fromEntries(map),
    });
    const unnamed = unread().map((name) => ({ name, reason: 'the model does not name this file' }));
    return { ...result, leftOut: [...result.leftOut, ...unnamed] };
  } catch (error) {
    throw error instanceof ImportOptionError ? error.spelled(flagNames) : error;
  }
}
