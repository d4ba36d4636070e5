import { Corpus } from '../../../data/corpus.ts';
import type { TextCodec } from '../../../data/text-codec.ts';
import type { OnProgress } from '../../../data/token-progress.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { UnrolledError } from '../../../errors.ts';
import { arePairsCounted } from '../../../training/ngram/count-ids.ts';
import type { Recipe } from '../../recipe.ts';
import { tokenizerOf } from '../tokenizer-of.ts';
import {
  type AnyTexts,
  checkTrainingData,
  infoOf,
  type SourceText,
  type StreamedText,
  type TextStream,
  type TrainingData,
} from '../training-data.ts';
import { encodeInto } from './encode-stream.ts';
import { FileCorpus } from './file-corpus.ts';
import { countCodec } from './learn-codec.ts';
import { learnPieces } from './learn-pieces.ts';
import type { TextNote } from './notes.ts';
import { splitStream } from './split-stream.ts';
import { joinStreams, partOf, readWhole } from './text-stream.ts';
import { aboutOf, digestOfJSON, type FoundTokens, nameOfTokens, TokenFiles } from './token-files.ts';
import type { TokenStore } from './token-store.ts';

/** Options for streamed texts. */
export interface Streaming {
  /** Where token files are kept. */
  readonly store: TokenStore;
  /** Aborts the preparation, leaving no file behind. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the error of a token file that can't be reused and is written again. Default: none. */
  readonly onUnusable?: ((error: UnrolledError) => void) | undefined;
}

/** Length of the beginning of the text that is kept, in UTF-16 units. */
const BEGINNING = 2 ** 16;

/**
 * Prepares a streamed text: reads it once to build its vocabulary and once to write its ids to a token file. An existing token
 * file is reused. Throws UnrolledError, and the signal's reason.
 */
export async function prepareStreamed(
  texts: AnyTexts,
  recipe: Recipe,
  known: Partial<TextCodec>,
  options: Streaming & { readonly onShare?: OnProgress | undefined },
): Promise<TrainingData> {
  const work = new Preparation(texts, recipe, known, options);
  return await work.run();
}

class Preparation {
  readonly #texts: AnyTexts;
  readonly #recipe: Recipe;
  readonly #known: Partial<TextCodec>;
  readonly #options: Streaming & { readonly onShare?: OnProgress | undefined };
  readonly #files: TokenFiles;
  readonly #notes: TextNote[] = [];

  constructor(
    texts: AnyTexts,
    recipe: Recipe,
    known: Partial<TextCodec>,
    options: Streaming & { readonly onShare?: OnProgress | undefined },
  ) {
    this.#texts = texts;
    this.#recipe = recipe;
    this.#known = known;
    this.#options = options;
    this.#files = new TokenFiles(options.store, options.onUnusable);
  }

  async run(): Promise<TrainingData> {
    const { valid, test } = this.#texts;
    const [text, tail] = await this.#split();
    const { codec, file } = await this.#tokensOf(text);
    const encode = async (part: SourceText | StreamedText | TextStream | null) =>
      part && Corpus.encode('text' in part ? part.text : await readWhole(part), codec);
    const prepared = {
      ...codec,
      train: new FileCorpus(file),
      valid: await encode(valid ?? tail),
      test: await encode(test),
    };
    checkTrainingData(prepared);
    const { validFraction } = this.#recipe;
    if (prepared.valid && validFraction !== null) {
      this.#notes.push({ note: 'held-out', bytes: prepared.valid.bytes, fraction: validFraction });
    }
    const { size } = codec.vocabulary;
    if (!arePairsCounted(size)) this.#notes.push({ note: 'no-pairs', vocabSize: size });
    const info = infoOf(this.#texts, file.length);
    const beginning = await readWhole(partOf(text, 0, Math.min(text.length, BEGINNING)));
    return { ...prepared, text: beginning, info, notes: this.#notes };
  }

  async #split(): Promise<readonly [TextStream, TextStream | null]> {
    const whole = joinStreams(this.#texts.train);
    const { validFraction, tokens } = this.#recipe;
    const areWords = this.#known.tokenizer?.wholeWords ?? tokens === 'word';
    return validFraction === null ? [whole, null] : await splitStream(whole, validFraction, !areWords);
  }

  /** The token file of the training text: an existing one, or a new one. */
  async #tokensOf(text: TextStream): Promise<FoundTokens> {
    const { maxTokens } = this.#recipe;
    const marks = this.#texts.train.map(({ sha256, bytes, encoding }) => [sha256, bytes, encoding]);
    const read = digestOfJSON([marks, text.length, maxTokens]);
    const given = this.#given();
    const learnt = given ? null : this.#settings();
    const found = given ? this.#files.find(read, given) : this.#files.findLearnt(read, learnt as string);
    if (found) return this.#noted(found, true);
    const codec = given ?? (await this.#learn(text));
    const name = nameOfTokens(read, codec);
    const file = this.#options.store.create(name);
    const about = aboutOf(codec, learnt);
    await encodeInto(file, text, codec, { maxTokens, about }, this.#reading('encoding'));
    const written = this.#files.find(read, codec);
    if (!written) throw lost(name);
    return this.#noted(written, false);
  }

  /** The given tokenizer and vocabulary; null when one has to be learnt. */
  #given(): TextCodec | null {
    const { tokenizer, vocabulary = tokenizer?.fixedVocabulary() } = this.#known;
    return tokenizer && vocabulary ? { tokenizer, vocabulary } : null;
  }

  async #learn(text: TextStream): Promise<TextCodec> {
    const tokenizer = this.#known.tokenizer ?? (await this.#learnTokenizer(text));
    const vocabulary = tokenizer.fixedVocabulary();
    if (vocabulary) return { tokenizer, vocabulary };
    const { notes, ...codec } = await countCodec(text, tokenizer, this.#recipe, this.#reading('counting'));
    this.#notes.push(...notes);
    return this.#known.tokenizer ? { ...codec, tokenizer } : codec;
  }

  async #learnTokenizer(text: TextStream): Promise<Tokenizer> {
    if (this.#recipe.tokens !== 'bpe') return tokenizerOf(this.#recipe, () => []);
    const whole = joinStreams(this.#texts.train);
    const bytes = this.#texts.train.reduce((sum, one) => sum + one.bytes, 0);
    const reading = this.#reading('counting');
    const { tokenizer, notes } = await learnPieces(text, this.#recipe, bytes / whole.length, reading);
    this.#notes.push(...notes);
    return tokenizer;
  }

  /** The settings that tokenizer and vocabulary are learnt with. */
  #settings(): string {
    const { tokens, normalize = null, vocabSize } = this.#recipe;
    return JSON.stringify([this.#known.tokenizer ?? tokens, normalize, vocabSize]);
  }

  #reading(work: 'counting' | 'encoding') {
    const { onShare, signal } = this.#options;
    return { signal, ...(onShare && { onRead: (share: number) => onShare(share, work) }) };
  }

  #noted(found: FoundTokens, reused: boolean): FoundTokens {
    this.#notes.push({ note: 'tokens-in-file', file: found.name, bytes: found.bytes, reused });
    return found;
  }
}

function lost(name: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${name}: the token file can't be read back as it was written; the disk may be failing. Check it, and try again.`,
  );
}
