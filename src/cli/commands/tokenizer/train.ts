import { Corpus } from '../../../data/corpus.ts';
import { inForm, type NormalForm, normalForms } from '../../../data/texts/normal-form.ts';
import { TokenBoundarySplitter } from '../../../data/texts/token-boundaries.ts';
import { BPETrainer } from '../../../data/tokenizers/bpe/train.ts';
import { writeTokenizerJSON } from '../../../data/tokenizers/hugging-face/write.ts';
import { normalised } from '../../../data/tokenizers/normalised.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { wordTokenizer } from '../../../data/tokenizers/word.ts';
import { integer } from '../../../kinds.ts';
import type { FileInfo } from '../../../recipe/text/training-data.ts';
import { encodingOption } from '../../arguments/encoding-option.ts';
import { excluding } from '../../arguments/recipe-flags.ts';
import { choice, orNull, outputFile, positiveInteger, valueType } from '../../arguments/value-types.ts';
import { type Body, command } from '../../command.ts';
import { checkDistinct } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { streamTexts } from '../../files/texts/stream-texts.ts';
import { checkWritable, writeFileAtomically } from '../../files/write.ts';
import { CountingProgress } from '../../print/tokens/counting-progress.ts';
import { count, duration } from '../../terminal/format.ts';
import { print, say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';
import { pairs } from '../../terminal/table.ts';

/** How much of the text the pieces are measured on, in UTF-16 units. */
const SAMPLE = 2 ** 20;

export const train: Body = command({
  operands: { usage: 'FILE...', min: 1, max: Number.POSITIVE_INFINITY, texts: 0 },
  notes:
    'Byte-level BPE, as GPT-2 has it: every text has tokens, and no token is unknown. The file is a\n' +
    "tokenizer.json, which Hugging Face's tokenizers reads too; unrolled train takes it with --tokenizer.\n" +
    'All of the text is read, as a stream: the memory goes by the number of its different words, the rarest\n' +
    'of which are left out above two million, and that is said. A FILE may be packed with gzip, a folder, or\n' +
    'a pattern such as "logs/*.txt"; - is standard input. Nothing is written before the end.',
  options: {
    'vocab-size': {
      value: 'N',
      type: valueType(integer({ from: 256, to: 1_000_000 })),
      help: 'Number of tokens, the 256 bytes among them',
      default: 8000,
    },
    'min-frequency': {
      value: 'N',
      type: positiveInteger,
      help: 'How often a pair must occur to become a token',
      default: 2,
    },
    normalize: {
      value: 'FORM',
      type: orNull(choice(normalForms), 'none'),
      help: `Unicode form in which texts are read: ${normalForms.join(', ')}, none`,
      otherwise: 'none',
    },
    encoding: encodingOption,
    out: { value: 'FILE', type: outputFile, help: 'The file to write', default: 'tokenizer.json' },
    json: { help: 'Print one JSON object instead' },
    quiet: { help: 'Print nothing but errors' },
  },
  examples: [
    { line: 'unrolled tokenizer train notes.txt --vocab-size 4000', what: 'a tokenizer of your own text' },
    {
      line: 'unrolled tokenizer train logs.gz "old/*.log" --out logs.json',
      what: 'of many files, packed ones too',
    },
  ],
  inputs: (_, files) => files,
  run: async (values, files) => {
    const { out, json, quiet, normalize = null } = values;
    if (json && quiet) throw excluding('--json', '--quiet', 'tokenizer train');
    checkTarget(out, files);
    const begin = performance.now();
    const trainer = new BPETrainer({
      vocabSize: values['vocab-size'],
      minFrequency: values['min-frequency'],
    });
    const progress = new CountingProgress('tokenizer train', files, values);
    const { sample, infos } = await countTexts(trainer, files, {
      ...values,
      normalize,
      onBytes: progress.bytes,
    });
    const learnt = trainer.train(progress.merges);
    progress.end();
    const tokenizer = normalize === null ? learnt : normalised(learnt, normalize);
    writeFileAtomically(out, Buffer.from(writeTokenizerJSON(tokenizer)));
    const result = resultOf(tokenizer, trainer, infos, sample);
    if (result.pruned > 0 && !quiet) say(`tokenizer train: ${pruning(trainer)}`);
    const seconds = (performance.now() - begin) / 1000;
    if (json) await print(`${JSON.stringify({ ...result, out, seconds })}\n`);
    else if (!quiet) await print(`${describe(result, out, seconds)}\n`);
    return 0;
  },
});

/** Before any work: can the result be written, and is it none of the texts? */
function checkTarget(out: string, files: readonly string[]): void {
  checkWritable(out);
  checkDistinct('--out', out, files);
  removeLeftovers(out);
}

interface Counting {
  readonly encoding: string | undefined;
  readonly normalize: NormalForm | null;
  readonly onBytes: (bytes: number) => void;
}

/** Counts the texts, each by itself. Returns the beginning of them, and what they were. */
async function countTexts(
  trainer: BPETrainer,
  files: readonly string[],
  { encoding, normalize, onBytes }: Counting,
): Promise<{ readonly sample: string; readonly infos: readonly FileInfo[] }> {
  const infos: FileInfo[] = [];
  let sample = '';
  // A form joins characters, so that a text must not be cut within a word.
  const words = new TokenBoundarySplitter(wordTokenizer);
  const push = (text: string) => {
    const formed = normalize === null ? text : inForm(text, normalize);
    trainer.push(formed);
    if (sample.length < SAMPLE) sample += formed;
  };
  for await (const { text, end } of streamTexts(files, { encoding, onBytes })) {
    push(normalize === null ? text : words.push(text));
    if (end === null) continue;
    push(words.end());
    trainer.end();
    infos.push(end);
  }
  return { sample: sample.slice(0, SAMPLE), infos };
}

type Result = {
  readonly tokens: number;
  readonly merges: number;
  readonly bytes: number;
  /** Of the first megabyte. */
  readonly bytesPerToken: number;
  readonly preTokens: number;
  readonly pruned: number;
  readonly files: readonly FileInfo[];
};

function resultOf(
  tokenizer: Tokenizer,
  { preTokens, pruned }: BPETrainer,
  files: readonly FileInfo[],
  sample: string,
): Result {
  const vocabulary = tokenizer.fixedVocabulary();
  const tokens = vocabulary?.size ?? 0;
  const measured = vocabulary && Corpus.encode(sample, { tokenizer, vocabulary });
  return {
    tokens,
    merges: tokens - 256,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    bytesPerToken: measured ? measured.bytes / measured.ids.length : Number.NaN,
    preTokens,
    pruned,
    files,
  };
}

function pruning({ pruned, preTokens }: BPETrainer): string {
  return `the text has more different words than are counted exactly: the ${count(pruned)} rarest were left out, ${count(preTokens)} counted.`;
}

function describe({ tokens, bytes, bytesPerToken, preTokens }: Result, out: string, seconds: number): string {
  const rows = pairs([
    ['tokens', count(tokens)],
    ['text', `${count(bytes)} bytes, ${count(preTokens)} different words`],
    ['bytes a token', bytesPerToken.toFixed(2)],
    ['time', duration(seconds)],
  ]);
  return `${rows}\n\n${printable(out)} holds the tokenizer.`;
}
