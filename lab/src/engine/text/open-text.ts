import { Corpus, readableToken, splitText, type TextCodec, UnrolledError } from 'unrolled';
import { resolveRecipe, type SourceText, sourceText, type TrainingData, trainRequest } from 'unrolled/recipe';
import type { Broadcast, Handlers } from '../calls.ts';
import type { ShownToken, TextCalls, TextFacts, TextFile, TextSettings, TokenPage } from './calls.ts';
import type { KeptText } from './kept-text.ts';
import { readFile, readFiles } from './read-files.ts';

/** Number of frequent tokens that the page shows. */
const FREQUENT = 24;
/** The most tokens of a part of the text: each is an element of the page. */
const MOST_SHOWN = 1500;

/** The text that is open, with the tokens that its settings give. */
export class OpenText {
  #source: SourceText | null = null;
  #codec: TextCodec | null = null;
  /** How the validation part is split off; null for items, of which some are drawn. */
  #split: { readonly fraction: number; readonly anywhere: boolean } | null = null;
  readonly #kept: KeptText;
  readonly #tell: (message: Broadcast) => void;

  /** @param kept keeps what is opened for the next visit */
  constructor(kept: KeptText, tell: (message: Broadcast) => void) {
    this.#kept = kept;
    this.#tell = tell;
  }

  get handlers(): Handlers<TextCalls> {
    return {
      openFiles: (files, signal) => this.openFiles(files, signal),
      openText: ({ name, text }) => this.openText(name, text),
      openSample: (file, signal) => this.openSample(file, signal),
      openKept: () => this.openKept(),
      textStart: (length) => this.start(length),
      facts: (settings) => this.facts(settings),
      tokens: (range) => this.page(range),
    };
  }

  /** Opens files, as the command line reads them. Throws UnrolledError; when aborted, the text before stays open. */
  async openFiles(files: readonly TextFile[], signal: AbortSignal): Promise<void> {
    const [first, ...others] = await readFiles(files, signal);
    if (others.length === 0) return this.open(first);
    const texts = [first, ...others].map(({ text }) => text);
    // A file ends its last line.
    const joined = texts.map((text) => (text.endsWith('\n') ? text : `${text}\n`)).join('');
    await this.openText(`${first.name} + ${others.length}`, joined);
  }

  async openText(name: string, text: string): Promise<void> {
    await this.open(await sourceText(text, name));
  }

  /** Opens a text, and keeps it for the next visit. */
  async open(source: SourceText): Promise<void> {
    this.#replace(source);
    await this.#kept.write(source);
  }

  /** Opens a text that every visit has, so that it need not be kept. Throws UnrolledError. */
  async openSample(file: TextFile, signal: AbortSignal): Promise<void> {
    this.#replace(await readFile(file, signal));
    await this.#kept.remove();
  }

  /** Opens the text that is kept. Returns whether there is one. */
  async openKept(): Promise<boolean> {
    const source = await this.#kept.read();
    if (source) this.#replace(source);
    return source !== null;
  }

  /** Throws UnrolledError if no text is open. */
  get source(): SourceText {
    if (this.#source) return this.#source;
    throw new UnrolledError(
      'text-empty',
      'Text: no text is open; it needs one. Paste a text, or open a file.',
    );
  }

  /** The part that is held out for validation. Throws UnrolledError for items. */
  get validPart(): Pick<SourceText, 'name' | 'text'> {
    const { source } = this;
    if (!this.#split) {
      throw new UnrolledError(
        'call-order',
        `${source.name}: the validation items are not one text; it needs continuous text. Open a file of them.`,
      );
    }
    const [, text] = splitText(source.text, this.#split.fraction, this.#split.anywhere);
    return { name: source.name, text };
  }

  /** The beginning of the text, to be edited. */
  start(length: number): string {
    return this.source.text.slice(0, length);
  }

  /** Splits and encodes the text. Throws UnrolledError for a text that is too short. */
  async facts(settings: TextSettings): Promise<TextFacts> {
    const { source } = this;
    // Any text has tokens; whether it is long enough for a run depends on the run's own N and T.
    const request = { ...trainRequest({ ...settings, batch: 1, time: 1 }), open: 'nothing' } as const;
    const onShare = (share: number) => this.#tell({ kind: 'progress', work: 'text', share });
    const texts = { train: [source], valid: null, test: null };
    const { recipe, trainingData } = await resolveRecipe(request, texts, noTrials, undefined, {
      onShare,
    });
    const { tokenizer, vocabulary } = trainingData;
    this.#codec = { tokenizer, vocabulary };
    const isWhole = trainingData.info.items === undefined;
    this.#split = isWhole ? { fraction: settings.validFraction, anywhere: recipe.tokens !== 'word' } : null;
    return { ...countsOf(source, trainingData), tokens: recipe.tokens };
  }

  /** The tokens of a part of the text, from the start of a line on. */
  page({ start, length }: { readonly start: number; readonly length: number }): TokenPage {
    const { text } = this.source;
    if (!this.#codec)
      throw new UnrolledError('call-order', 'Text: the tokens are not known; call facts first.');
    const begin = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
    const part = text.slice(begin, begin + length);
    const tokens: ShownToken[] = [];
    let at = 0;
    for (const span of this.#codec.tokenizer.spans(part)) {
      if (tokens.length === MOST_SHOWN) break;
      const id = this.#codec.vocabulary.idInText(span.token);
      const known = id !== undefined;
      tokens.push({
        text: part.slice(at, Math.max(at, span.end)),
        id: id ?? this.#codec.vocabulary.unknownId,
        known,
      });
      at = Math.max(at, span.end);
    }
    return { tokens, start: begin, end: begin + at };
  }

  #replace(source: SourceText): void {
    this.#source = source;
    this.#codec = null;
    this.#split = null;
  }
}

/** Only the text's settings are resolved here, so no speed is measured. */
const noTrials = () => Promise.reject(new Error('the text needs no trial'));

function countsOf({ name, text, bytes }: SourceText, data: TrainingData): Omit<TextFacts, 'tokens'> {
  const { vocabulary, train, valid, info } = data;
  const validIds = valid?.ids ?? new Int32Array();
  const [trainTokens, validTokens] = [train.tokens.length, validIds.length];
  return {
    ...{ name, characters: text.length, bytes, lines: linesOf(text) },
    ...{ tokenCount: trainTokens + validTokens, trainTokens, validTokens },
    ...{ vocabSize: vocabulary.size, unknown: vocabulary.unknown },
    validUnknownRate:
      vocabulary.unknown === null || !valid ? null : valid.unknownAt.length / valid.ids.length,
    frequent: train instanceof Corpus ? frequentOf(train.ids, data) : [],
    items: info.items ? info.items.train : null,
  };
}

function linesOf(text: string): number {
  let lines = text.endsWith('\n') || text === '' ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function frequentOf(ids: Int32Array, codec: TrainingData): TextFacts['frequent'] {
  const counts = new Int32Array(codec.vocabulary.size);
  for (const id of ids) counts[id]++;
  return Array.from(counts, (count, id) => ({ count, id }))
    .sort((a, b) => b.count - a.count)
    .filter(({ count }) => count > 0)
    .slice(0, FREQUENT)
    .map(({ count, id }) => ({ count, token: readableToken(id, codec) }));
}
