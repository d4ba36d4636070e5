import type { TextCodec } from '../../../data/text-codec.ts';
import { concatBytes } from '../../../formats/peek-start.ts';
import { noVerifyOption } from '../../arguments/common-options.ts';
import { type CommandSpec, command } from '../../command.ts';
import { readIds } from '../../files/id-text.ts';
import { openCodec } from '../../files/open-codec.ts';
import { host } from '../../terminal/host.ts';
import { print, printModelText } from '../../terminal/streams.ts';

export const decode: CommandSpec = command({
  operands: { usage: 'TOKENIZER|MODEL [FILE|-]', min: 1, max: 2 },
  notes:
    'Reads decimal ids, separated by white space, from FILE or standard input. For tokens of bytes,\n' +
    'characters or pieces, it prints their exact bytes, so that decode restores what encode read. For\n' +
    'words, it prints them with single spaces, as generate does. On a terminal, control characters are\n' +
    'escaped. End tokens of items print nothing.',
  options: { 'no-verify': noVerifyOption },
  examples: [
    {
      line: 'unrolled tokenizer decode tokenizer.json ids.txt',
      what: 'print the text of the ids',
    },
    { line: 'unrolled tokenizer decode model.safetensors ids.txt > notes.txt', what: 'write it to a file' },
  ],
  inputs: (_, [path, file = '-']) => [path, file],
  streams: (_, [, file = '-']) => [file],
  run: async (how, [path, file = '-']) => {
    const codec = openCodec(path, how);
    const writer = host().stdout.isTTY || !codec.tokenizer.bytesOf ? textWriter(codec) : byteWriter(codec);
    for await (const ids of readIds(file, codec.vocabulary.size)) await writer.push(ids);
    await writer.end();
    return 0;
  },
});

interface Writer {
  push(ids: readonly number[]): Promise<void>;
  end(): Promise<void>;
}

function byteWriter({ tokenizer, vocabulary }: TextCodec): Writer {
  const bytesOf = (id: number) => tokenizer.bytesOf?.(vocabulary.tokenOf(id)) ?? new Uint8Array();
  const none = new Uint8Array();
  return {
    push: (ids) => print(concatBytes(ids.map((id) => (id === vocabulary.endId ? none : bytesOf(id))))),
    end: async () => {},
  };
}

function textWriter({ tokenizer, vocabulary }: TextCodec): Writer {
  const decoder = tokenizer.decoder();
  const textOf = (id: number) => (id === vocabulary.endId ? '' : decoder.push(vocabulary.tokenOf(id)));
  return {
    push: (ids) => printModelText(ids.map(textOf).join('')),
    end: () => printModelText(decoder.end()),
  };
}
