import { type EncodedText, encodeText } from '../../../data/text-codec.ts';
import { countBytes } from '../../../data/texts/code-points.ts';
import { splitAtTokens } from '../../../data/texts/token-boundaries.ts';
import { noVerifyOption } from '../../arguments/common-options.ts';
import { checkEncoding, encodingOption } from '../../arguments/encoding-option.ts';
import { positiveInteger } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { exactReading, openCodec } from '../../files/open-codec.ts';
import { streamText } from '../../files/texts/stream-texts.ts';
import { describeTop, describeTotals, TokenCounts } from '../../print/tokens/token-counts.ts';
import { TokenView } from '../../print/tokens/token-view.ts';
import { print } from '../../terminal/streams.ts';

export const show: CommandSpec = command({
  operands: { usage: 'TOKENIZER|MODEL FILE|-', min: 2, max: 2 },
  notes:
    'Prints the text with each token on a coloured background, or separated by | if there are no\n' +
    'colours. ⏎ is a newline, <E2> a byte that is not a whole character, and ‹ › marks a word outside\n' +
    'the vocabulary. The number of tokens and the bytes per token follow.',
  options: {
    top: { value: 'N', type: positiveInteger, help: 'Print the N most frequent tokens instead of the text' },
    encoding: { ...encodingOption, otherwise: 'bytes; utf-8 for character and word tokens' },
    'no-verify': noVerifyOption,
    json: { help: 'Print one JSON object per token, {token, id, start, end, known}, then the totals' },
  },
  examples: [
    { line: 'unrolled tokenizer show tokenizer.json notes.txt', what: 'how a text is tokenised' },
    {
      line: 'unrolled tokenizer show model.safetensors notes.txt --top 20',
      what: 'its most frequent tokens',
    },
  ],
  inputs: (_, paths) => paths,
  streams: (_, [, file]) => [file],
  run: async ({ top, encoding, json, ...how }, [path, file]) => {
    const codec = openCodec(path, how);
    checkEncoding('tokenizer show', encoding, codec.tokenizer);
    const counts = new TokenCounts(codec);
    const view = new TokenView(codec.tokenizer);
    let offset = 0;
    const chunks = streamText([file], exactReading(codec, encoding));
    for await (const text of splitAtTokens(chunks, codec.tokenizer)) {
      const encoded = encodeText(text, codec);
      counts.add(encoded.tokens, countBytes(text));
      if (top === undefined) await print(json ? asJson(encoded, offset) : view.shown(text, encoded.tokens));
      offset += text.length;
    }
    const { totals } = counts;
    const rows = top === undefined ? [] : counts.top(top);
    if (json) return await printed([...rows, totals].map((row) => `${JSON.stringify(row)}\n`).join(''));
    const list = top === undefined ? view.end() : `${describeTop(rows, totals.tokens)}\n`;
    return await printed(`${list}\n${describeTotals(totals)}\n`);
  },
});

/** @param offset start of the encoded part in the text, in UTF-16 units */
function asJson({ tokens }: EncodedText, offset: number): string {
  const lines = tokens.map(({ token, id, start, end, known }) =>
    JSON.stringify({ token, id, start: offset + start, end: offset + end, known }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

async function printed(text: string): Promise<number> {
  await print(text);
  return 0;
}
