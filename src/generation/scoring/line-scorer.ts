import { Corpus } from '../../data/corpus.ts';
import { type ItemSplit, splitOf } from '../../data/items/item-split.ts';
import { requiredTextStart } from '../../data/text-start.ts';
import { LineSplitter, type Piece } from '../../data/texts/line-splitter.ts';
import { WordCounter } from '../../data/texts/word-counter.ts';
import { END_TOKEN } from '../../data/vocabulary/vocabulary.ts';
import type { Group } from '../../distributed/group.ts';
import { single } from '../../distributed/single.ts';
import { together } from '../../distributed/together.ts';
import { UnrolledError } from '../../errors.ts';
import { checkObject, checkValue, choice, count, orNull } from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { ItemPieces } from './item-pieces.ts';
import { ExclusiveScheduler, type Scheduler } from './scheduler.ts';
import type { CompactLine, ScoredToken, ScoreOptions } from './scored-line.ts';
import { DealtScores } from './tables/dealt-scores.ts';
import type { ScoreTable } from './tables/score-table.ts';
import { TargetScorer, type TokenScore } from './target-scorer.ts';

/** A line, or piece of one, encoded for the model. */
interface EncodedPiece extends Pick<Corpus, 'ids' | 'characters' | 'bytes'> {
  readonly piece: Piece;
  readonly line: number;
  /** Indices of out-of-vocabulary tokens. */
  readonly unknown: ReadonlySet<number>;
  /** The index of its first score among those of all pieces. */
  from: number;
}

/** Scores a text that comes in chunks. Buffers at most one line. */
export class LineScorer {
  readonly #model: TextModel;
  readonly #carry: boolean;
  readonly #reader: TargetScorer;
  readonly #alternatives: number;
  readonly #splitter: Pick<LineSplitter, 'push' | 'end'>;
  /** The end token of items; −1 for a model of continuous text. */
  readonly #endId: number;
  readonly #scheduler: Scheduler;
  readonly #signal: AbortSignal | undefined;
  readonly #group: Group;
  /** The id before the start of a line: a newline, or the end token of items. */
  readonly #before: number;
  /** The last id and the state of the stream of lines, or of the pieces of a long line. */
  #last: number;
  #state: State | null = null;
  /** Number of lines so far, including items without a token. */
  #line = 0;
  /** Number of tokens returned for the current line. */
  #position = 0;
  /** Length of the current line before its next piece, in UTF-16 units. */
  #offset = 0;
  readonly #words: WordCounter = new WordCounter();

  /** @param scheduler runs the work items and handles the signal; a line longer than a work item is read on its own */
  constructor(
    model: TextModel,
    options: ScoreOptions,
    scheduler: Scheduler = new ExclusiveScheduler(options?.signal),
  ) {
    checkTextModel('score', model);
    checkObject('score', 'the options', options, 'Omit them, or pass { state, alternatives }.');
    const split = splitFor(model, options);
    const { state = split === null ? 'carry' : 'line', alternatives = 3 } = options;
    checkValue('score', 'state', state, states);
    checkValue('score', 'alternatives', alternatives, counts);
    this.#model = model;
    this.#carry = state === 'carry';
    this.#scheduler = scheduler;
    this.#signal = options.signal;
    this.#group = options.group ?? single;
    this.#reader = new TargetScorer(model.model, alternatives);
    this.#alternatives = Math.min(alternatives ?? 0, model.vocabulary.size);
    this.#splitter = split === null ? new LineSplitter() : new ItemPieces(split, options.names);
    this.#endId = model.vocabulary.endId;
    this.#before = requiredTextStart(model);
    this.#last = this.#before;
  }

  /** Adds a chunk; returns the scored lines completed by it. */
  push(chunk: string): Promise<CompactLine[]> {
    return this.#score(this.#splitter.push(chunk));
  }

  /** Ends the text; returns its last line or items. The next chunk begins another text. */
  end(): Promise<CompactLine[]> {
    return this.#score(this.#splitter.end());
  }

  /** Frees its state; the scorer can't be used afterwards. */
  release(): void {
    this.#state?.release();
    this.#state = null;
  }

  async #score(pieces: readonly Piece[]): Promise<CompactLine[]> {
    const parts = pieces.flatMap((piece) => this.#encode(piece));
    if (parts.length === 0) return [];
    const dealt = new DealtScores(this.#group, this.#alternatives);
    const work = { group: this.#group, where: 'score', signal: this.#signal };
    await together(work, () => this.#scoreAll(parts, dealt));
    const scores = await dealt.collect();
    return parts.map((part) => this.#present(part, scores));
  }

  async #scoreAll(parts: readonly EncodedPiece[], dealt: DealtScores): Promise<void> {
    const isShort = ({ piece, ids }: EncodedPiece) =>
      piece.starts && piece.ends && ids.length <= this.#scheduler.tokens;
    if (this.#carry) return await this.#scoreStream(parts, dealt);
    await this.#scoreBatches(parts.filter(isShort), dealt);
    for (const part of parts) {
      if (isShort(part)) continue;
      if (part.piece.starts) {
        this.release();
        this.#last = this.#before;
      }
      await this.#scoreStream([part], dealt);
    }
  }

  /** Empty for an item without a token. */
  #encode(piece: Piece): EncodedPiece[] {
    const isItem = this.#endId >= 0;
    if (piece.starts) this.#line += 1;
    const corpus = isItem
      ? Corpus.encodeItems([piece.text], this.#model)
      : Corpus.encode(piece.text, this.#model);
    if (corpus.items === 0) return [];
    const skipped = isItem ? 1 : 0; // the end token from which the first token is predicted
    const unknown = new Set(Array.from(corpus.unknownAt, (at) => at - skipped));
    const { characters, bytes } = corpus;
    const ids = corpus.ids.subarray(skipped);
    return [{ piece, line: this.#line, ids, unknown, characters, bytes, from: 0 }];
  }

  /** Scores independent lines, batched by similar length. */
  async #scoreBatches(parts: readonly EncodedPiece[], dealt: DealtScores): Promise<void> {
    const byLength = parts.toSorted((a, b) => b.ids.length - a.ids.length);
    for (let start = 0; start < byLength.length; ) {
      const longest = Math.max(1, byLength[start].ids.length);
      const count = Math.min(this.#reader.streams, Math.ceil(this.#scheduler.tokens / longest));
      const batch = byLength.slice(start, start + count);
      const sequences = batch.map(({ ids }) => ({ before: this.#before, ids }));
      const score = () => this.#reader.scoreIndependent(sequences);
      const scores = dealt.isOwn ? await this.#scheduler.take(score) : [];
      dealt.add(placeFrom(dealt.length, batch), scores.flat());
      start += batch.length;
    }
  }

  /** Scores lines sequentially, from the state after the last call. */
  async #scoreStream(parts: readonly EncodedPiece[], dealt: DealtScores): Promise<void> {
    const ids = joined(parts.map((part) => part.ids));
    const { tokens } = this.#scheduler;
    placeFrom(dealt.length, parts);
    for (let start = 0; start < ids.length; start += tokens) {
      const unit = ids.subarray(start, start + tokens);
      const sequence = { before: this.#last, ids: unit };
      const { scores, state } = await this.#scheduler.take(async () =>
        dealt.isOwn
          ? await this.#reader.scoreFrom(sequence, this.#state)
          : { scores: [], state: await this.#reader.readFrom(sequence, this.#state) },
      );
      dealt.add(unit.length, scores);
      [this.#last, this.#state] = [unit[unit.length - 1], state];
    }
  }

  #present(encoded: EncodedPiece, scores: ScoreTable): CompactLine {
    const { piece, line, ids, characters, bytes } = encoded;
    const { starts, ends } = piece;
    const isItem = this.#endId >= 0;
    const text = isItem ? piece.text : piece.text.replace(/\r?\n$/, '');
    if (starts) [this.#position, this.#offset] = [0, 0];
    const position = this.#position + 1;
    this.#position += ids.length;
    const offset = this.#offset;
    this.#offset += piece.text.length;
    const words = this.#words.push(isItem ? `${piece.text}\n` : piece.text);
    const tokens = { [Symbol.iterator]: () => this.#tokens(encoded, scores, offset) };
    return { line, starts, ends, position, text, characters, bytes, words, tokens };
  }

  /** The tokens of a piece. @param offset its start in its line */
  *#tokens(encoded: EncodedPiece, scores: ScoreTable, offset: number): Generator<ScoredToken> {
    const { piece, ids, unknown, from } = encoded;
    const { tokenizer, vocabulary } = this.#model;
    let i = 0;
    for (const { token: spelled, start, end } of tokenizer.spans(piece.text)) {
      const known = !unknown.has(i);
      const token = known ? vocabulary.tokenOf(ids[i]) : spelled;
      const place = { text: piece.text.slice(start, end), start: offset + start, end: offset + end };
      yield { token, id: ids[i], known, ...scores.at(from + i), ...place };
      i++;
    }
    if (this.#endId >= 0) yield endToken(this.#endId, piece.text.length, scores.at(from + ids.length - 1));
  }
}

/** The end token of an item, which has no text. */
function endToken(id: number, at: number, score: TokenScore): ScoredToken {
  return { token: END_TOKEN, id, known: true, ...score, text: '', start: at, end: at };
}

/** The item split; null for lines of continuous text. */
function splitFor(model: TextModel, { items, state }: ScoreOptions): ItemSplit | null {
  const split = splitOf(model);
  const wrong = (what: string) => new UnrolledError('option-conflict', `score: ${what}`);
  if (split === null) {
    if (items === undefined) return null;
    throw wrong(
      'items is set, but the model is of continuous text; it must be a model of items. Leave items out.',
    );
  }
  if (state === undefined) return items ?? split;
  throw wrong(
    'state is set, but the model is of items, which always start from the zero state. Leave state out.',
  );
}

/** Sets the indices of the scores of pieces that follow one another. Returns their number of tokens. */
function placeFrom(first: number, parts: readonly EncodedPiece[]): number {
  let from = first;
  for (const part of parts) {
    part.from = from;
    from += part.ids.length;
  }
  return from - first;
}

function joined(arrays: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

const states = choice(['carry', 'line']);
const counts = orNull(count, 'null');
