import { Corpus } from '../../../data/corpus.ts';
import { inForm, type NormalForm, normalForms } from '../../../data/texts/normal-form.ts';
import { printable } from '../../../data/texts/printable.ts';
import { TokenBoundarySplitter } from '../../../data/texts/token-boundaries.ts';
import { BPETrainer } from '../../../data/tokenizers/bpe/train.ts';
import { writeTokenizerJSON } from '../../../data/tokenizers/hugging-face/write.ts';
import { normalised } from '../../../data/tokenizers/normalised.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { wordTokenizer } from '../../../data/tokenizers/word.ts';
import { integer } from '../../../kinds.ts';
import type { FileInfo } from '../../../recipe/text/training-data.ts';
import { encodingOption } from '../../arguments/encoding-option.ts';
import { conflictError } from '../../arguments/recipe-flags.ts';
import { choice, orNull, outputFile, positiveInteger, valueType } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { checkNotInUse } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { streamTexts } from '../../files/texts/stream-texts.ts';
import { checkWritable, writeFileAtomically } from '../../files/write.ts';
import { CountingProgress } from '../../print/tokens/counting-progress.ts';
import { count, duration } from '../../terminal/format.ts';
import { print, printNotice } from '../../terminal/streams.ts';
import { pairs } from '../../terminal/table.ts';

/** The length of the sample that bytes per token is measured on, in UTF-16 units. */
const SAMPLE = 2 ** 20;

export const train: CommandSpec = command({
  operands: { usage: 'FILE...', min: 1, max: Number.POSITIVE_INFINITY, texts: 0 },
  notes:
    'Trains a byte-level BPE tokenizer, as GPT-2 uses: it encodes any text, so there is no unknown\n' +
    'token. The output is a tokenizer.json that Hugging Face tokenizers can read; unrolled train takes\n' +
    'it with --tokenizer. The whole text is read as a stream. Memory grows with the number of distinct\n' +
    'words; above two million, the rarest are left out and a message says so. A FILE may be a gzip\n' +
    'file, a folder, or a pattern such as "logs/*.txt"; - is standard input.',
  options: {
    'vocab-size': {
      value: 'N',
      type: valueType(integer({ from: 256, to: 1_000_000 })),
      help: 'Vocabulary size, including the 256 bytes',
      default: 8000,
    },
    'min-frequency': {
      value: 'N',
      type: positiveInteger,
      help: 'Minimum frequency of a pair to be merged',
      default: 2,
    },
    normalize: {
      value: 'FORM',
      type: orNull(choice(normalForms), 'none'),
      help: `Unicode normalisation of the texts: ${normalForms.join(', ')}, none`,
      otherwise: 'none',
    },
    encoding: encodingOption,
    out: { value: 'FILE', type: outputFile, help: 'Tokenizer file to write', default: 'tokenizer.json' },
    json: { help: 'Print one JSON object' },
    quiet: { help: 'Print only errors' },
  },
  examples: [
    { line: 'unrolled tokenizer train notes.txt --vocab-size 4000', what: 'a tokenizer for your own text' },
    {
      line: 'unrolled tokenizer train logs.gz "old/*.log" --out logs.json',
      what: 'from many files, including gzip files',
    },
  ],
  inputs: (_, files) => files,
  run: async (values, files) => {
    const { out, json, quiet, normalize = null } = values;
    if (json && quiet) throw conflictError('--json', '--quiet', 'tokenizer train');
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
    if (result.pruned > 0 && !quiet) printNotice(`tokenizer train: ${pruning(trainer)}`);
    const seconds = (performance.now() - begin) / 1000;
    if (json) await print(`${JSON.stringify({ ...result, out, seconds })}\n`);
    else if (!quiet) await print(`${describe(result, out, seconds)}\n`);
    return 0;
  },
});

/** Checks before any work that the output can be written and is not an input. */
function checkTarget(out: string, files: readonly string[]): void {
  checkWritable(out);
  checkNotInUse('--out', out, files);
  removeLeftovers(out);
}

interface Counting {
  readonly encoding: string | undefined;
  readonly normalize: NormalForm | null;
  readonly onBytes: (bytes: number) => void;
}

/** Counts the words of the texts. Returns a sample from their beginning, and a record of each file. */
async function countTexts(
  trainer: BPETrainer,
  files: readonly string[],
  { encoding, normalize, onBytes }: Counting,
): Promise<{ readonly sample: string; readonly infos: readonly FileInfo[] }> {
  const infos: FileInfo[] = [];
  let sample = '';
  // Normalisation combines characters, so a chunk must not end within a word.
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
  return `the text has too many distinct words to count them all: the ${count(pruned)} rarest were left out, ${count(preTokens)} were counted.`;
}

function describe({ tokens, bytes, bytesPerToken, preTokens }: Result, out: string, seconds: number): string {
  const rows = pairs([
    ['tokens', count(tokens)],
    ['text', `${count(bytes)} bytes, ${count(preTokens)} distinct words`],
    ['bytes per token', bytesPerToken.toFixed(2)],
    ['time', duration(seconds)],
  ]);
  return `${rows}\n\nsaved ${printable(out)}`;
}
