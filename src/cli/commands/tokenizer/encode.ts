import { Corpus } from '../../../data/corpus.ts';
import { splitAtTokens } from '../../../data/texts/token-boundaries.ts';
import { noVerifyOption } from '../../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../../arguments/encoding-option.ts';
import { type Body, command } from '../../command.ts';
import { exactReading, openCodec } from '../../files/open-codec.ts';
import { streamText } from '../../files/texts/stream-texts.ts';
import { print } from '../../terminal/streams.ts';

/** Ids in a line. */
const LINE = 32;

export const encode: Body = command({
  operands: { usage: 'TOKENIZER|MODEL FILE|-', min: 2, max: 2 },
  notes:
    'Prints the ids in decimal, separated by white space, 32 a line, and nothing else. A TOKENIZER is a\n' +
    'tokenizer.json, a MODEL one of train. Tokens of bytes and pieces take the bytes of FILE as they are,\n' +
    'those of characters its text in UTF-8: decode gives back the very file. Words are read as in training.\n' +
    'A text of any length takes constant memory; a gzip archive is unpacked.',
  options: {
    encoding: { ...encodingOption, otherwise: 'bytes, or utf-8 for tokens of characters and words' },
    'no-verify': noVerifyOption,
  },
  examples: [
    { line: 'unrolled tokenizer encode tokenizer.json notes.txt', what: 'the ids of a text' },
    {
      line: 'unrolled tokenizer encode model.safetensors - < notes.txt | wc -w',
      what: 'how many tokens a text has for a model',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, file]) => [file],
  run: async ({ encoding, ...how }, [path, file]) => {
    const codec = openCodec(path, how);
    checkEncoding('tokenizer encode', encoding, codec.tokenizer);
    const text = streamText([file], { ...exactReading(codec, encoding), mayBeEmpty: true });
    const lines = new IdLines();
    for await (const piece of splitAtTokens(text, codec.tokenizer)) {
      await print(lines.push(Corpus.encode(piece, codec).ids));
    }
    await print(lines.end());
    return 0;
  },
});

/** Ids as text, a line after each 32 of them. */
class IdLines {
  /** How many the last line has. */
  #count = 0;

  push(ids: Int32Array): string {
    const parts: string[] = [];
    for (const id of ids) {
      parts.push(this.#count === 0 ? `${id}` : ` ${id}`);
      this.#count = (this.#count + 1) % LINE;
      if (this.#count === 0) parts.push('\n');
    }
    return parts.join('');
  }

  end(): string {
    return this.#count === 0 ? '' : '\n';
  }
}
