import { Corpus } from '../../../data/corpus.ts';
import { splitAtTokens } from '../../../data/texts/token-boundaries.ts';
import { noVerifyOption } from '../../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../../arguments/encoding-option.ts';
import { type CommandSpec, command } from '../../command.ts';
import { exactReading, openCodec } from '../../files/open-codec.ts';
import { streamText } from '../../files/texts/stream-texts.ts';
import { print } from '../../terminal/streams.ts';

/** Ids per line. */
const LINE = 32;

export const encode: CommandSpec = command({
  operands: { usage: 'TOKENIZER|MODEL FILE|-', min: 2, max: 2 },
  notes:
    'Prints decimal ids, separated by white space, 32 per line. TOKENIZER is a tokenizer.json, MODEL a\n' +
    'model file. For byte and bpe tokens, FILE is read as raw bytes, and for characters as UTF-8, so\n' +
    'that decode restores the exact file. For words, it is read as in training. The text is read as a\n' +
    'stream, in constant memory; gzip files are unpacked.',
  options: {
    encoding: { ...encodingOption, otherwise: 'bytes; utf-8 for character and word tokens' },
    'no-verify': noVerifyOption,
  },
  examples: [
    { line: 'unrolled tokenizer encode tokenizer.json notes.txt', what: 'the token ids of a text' },
    {
      line: 'unrolled tokenizer encode model.safetensors - < notes.txt | wc -w',
      what: 'count the tokens of a text',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, file]) => [file],
  run: async ({ encoding, ...how }, [path, file]) => {
    const codec = openCodec(path, how);
    checkEncoding('tokenizer encode', encoding, codec.tokenizer);
    const text = streamText([file], { ...exactReading(codec, encoding), allowEmpty: true });
    const lines = new IdLines();
    for await (const piece of splitAtTokens(text, codec.tokenizer)) {
      await print(lines.push(Corpus.encode(piece, codec).ids));
    }
    await print(lines.end());
    return 0;
  },
});

/** Formats ids as text, 32 per line. */
class IdLines {
  /** The number of ids in the unfinished line. */
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
