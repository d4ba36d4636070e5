import { join } from 'node:path';
import type { TextCodec } from '../../../data/text-codec.ts';
import { codecOfTokens, type TokensOfTexts } from '../../../interop/vocabulary/codec-of-tokens.ts';
import { CorpusVocabulary, wordsOf } from '../../../interop/vocabulary/corpus-vocabulary.ts';
import { tokensOfFile } from '../../../interop/vocabulary/vocabulary-file.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { openCodec } from '../open-codec.ts';
import { statsOf } from '../texts/folders.ts';
import { readText } from '../texts/read.ts';
import { streamTexts } from '../texts/stream-texts.ts';

/** The flags that give an imported model its vocabulary. */
export interface VocabularyFlags {
  readonly vocab: string | undefined;
  readonly corpus: readonly string[];
  readonly tokenizer: string | undefined;
  readonly tokens: TokensOfTexts | undefined;
  /** The encoding of `vocab` and `corpus`. */
  readonly encoding: string | undefined;
}

/** The files of a corpus folder, in the order in which PyTorch's examples read them. */
const SPLITS: readonly string[] = ['train.txt', 'valid.txt', 'test.txt'];
/** The words of a corpus folder of colorlessgreenRNNs, in order of their ids. */
const WORD_LIST = 'vocab.txt';

/** The vocabulary of the flags; undefined if none is given. Throws UsageError for more than one, UnrolledError for bad files. */
export async function importCodec(flags: VocabularyFlags): Promise<TextCodec | undefined> {
  const { vocab, corpus, tokenizer, tokens, encoding } = flags;
  checkOne(flags);
  if (tokenizer !== undefined) return openCodec(tokenizer, {});
  if (vocab !== undefined) {
    const { text, name } = await readText(vocab, { encoding });
    return codecOfTokens(tokensOfFile(text, name), tokens);
  }
  return corpus.length === 0
    ? undefined
    : codecOfTokens(await tokensOfCorpus(corpus, encoding), tokens ?? 'word');
}

/** The input files of the flags. */
export function vocabularyInputs({ vocab, corpus, tokenizer }: VocabularyFlags): readonly string[] {
  return [
    ...(vocab === undefined ? [] : [vocab]),
    ...corpusFiles(corpus),
    ...(tokenizer === undefined ? [] : [tokenizer]),
  ];
}

/** The files of a corpus: as given, or those of the given folder. */
function corpusFiles(paths: readonly string[]): readonly string[] {
  const [folder] = paths;
  if (paths.length !== 1 || !statsOf(folder)?.isDirectory()) return paths;
  const list = join(folder, WORD_LIST);
  return statsOf(list)?.isFile() ? [list] : SPLITS.map((name) => join(folder, name));
}

async function tokensOfCorpus(
  paths: readonly string[],
  encoding: string | undefined,
): Promise<readonly string[]> {
  const files = corpusFiles(paths);
  // Byte order marks and carriage returns stay, as in Python.
  const reading = { encoding, exact: true };
  if (files !== paths && files.length === 1) return wordsOf((await readText(files[0], reading)).text);
  const vocabulary = new CorpusVocabulary();
  for await (const { text, end } of streamTexts(files, reading)) {
    vocabulary.add(text);
    if (end) vocabulary.endFile();
  }
  return vocabulary.tokens();
}

function checkOne({ vocab, corpus, tokenizer, tokens, encoding }: VocabularyFlags): void {
  const given = Object.entries({ vocab, tokenizer, corpus: corpus[0] }).filter(
    ([, value]) => value !== undefined,
  );
  const flags = given.map(([name]) => `--${name}`);
  if (flags.length > 1) {
    throw new UsageError(
      `import: got ${flags.join(' and ')}; the vocabulary comes from one of them. Leave the others out.`,
    );
  }
  if (flags[0] === '--vocab' || flags[0] === '--corpus') return;
  const [idle] = Object.entries({ tokens, encoding }).filter(([, value]) => value !== undefined);
  if (!idle) return;
  throw new UsageError(
    `import: --${idle[0]} belongs to --vocab and --corpus, and neither is given. Leave it out.`,
  );
}
