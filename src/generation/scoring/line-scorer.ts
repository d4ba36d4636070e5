import { Corpus } from '../../data/corpus.ts';
import { LineSplitter, type Piece } from '../../data/texts/line-splitter.ts';
import { WordCounter } from '../../data/texts/word-counter.ts';
import { checkObject, checkValue, choice, count, orNull } from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { ExclusiveScheduler, type Scheduler } from './scheduler.ts';
import type { ScoredLine, ScoreOptions } from './scored-line.ts';
import { TargetReader, type TokenScore } from './target-reader.ts';

/** A piece as the model reads it. */
interface Part {
  readonly piece: Piece;
  readonly corpus: Corpus;
  scores: readonly TokenScore[];
}

/** Scores a text that comes in chunks; between two calls it holds no more of it than a line. */
export class LineScorer {
  readonly #model: TextModel;
  readonly #carry: boolean;
  readonly #reader: TargetReader;
  readonly #splitter: LineSplitter = new LineSplitter();
  readonly #turns: Scheduler;
  /** The id that a newline is read as. */
  readonly #newline: number;
  /** Where the stream of lines, or of a long line's pieces, stands. */
  #last: number;
  #state: State | null = null;
  /** How many lines have begun, and how many tokens of the last one were given out. */
  #line = 0;
  #position = 0;
  /** UTF-16 units of the line before the next piece of it. */
  #offset = 0;
  readonly #words: WordCounter = new WordCounter();

  /** @param scheduler a line longer than a work item is a stream of its own; it watches the signal */
  constructor(
    model: TextModel,
    options: ScoreOptions,
    scheduler: Scheduler = new ExclusiveScheduler(options?.signal),
  ) {
    checkTextModel('score', model);
    checkObject('score', 'the options', options, 'Leave them out, or give { state, alternatives }.');
    const { state = 'carry', alternatives = 3 } = options;
    checkValue('score', 'state', state, states);
    checkValue('score', 'alternatives', alternatives, counts);
    this.#model = model;
    this.#carry = state === 'carry';
    this.#turns = scheduler;
    this.#reader = new TargetReader(model.model, alternatives);
    const { ids } = Corpus.encode('\n', model.tokenizer, model.vocabulary);
    this.#newline = ids[ids.length - 1];
    this.#last = this.#newline;
  }

  /** The lines that this chunk completes. */
  push(chunk: string): Promise<ScoredLine[]> {
    return this.#score(this.#splitter.push(chunk));
  }

  /** The last line, without a newline. */
  end(): Promise<ScoredLine[]> {
    return this.#score(this.#splitter.end());
  }

  /** Frees its memory. Afterwards it can't be used. */
  release(): void {
    this.#state?.release();
    this.#state = null;
  }

  async #score(pieces: readonly Piece[]): Promise<ScoredLine[]> {
    const { tokenizer, vocabulary } = this.#model;
    const parts = pieces.map((piece): Part => {
      return { piece, corpus: Corpus.encode(piece.text, tokenizer, vocabulary), scores: [] };
    });
    const isShort = ({ piece, corpus }: Part) =>
      piece.starts && piece.ends && corpus.ids.length <= this.#turns.tokens;
    if (this.#carry) await this.#stream(parts);
    else {
      await this.#sideBySide(parts.filter(isShort));
      for (const part of parts) {
        if (isShort(part)) continue;
        if (part.piece.starts) {
          this.release();
          this.#last = this.#newline;
        }
        await this.#stream([part]);
      }
    }
    return parts.map((part) => this.#present(part));
  }

  /** Lines of a like length in one batch. */
  async #sideBySide(parts: readonly Part[]): Promise<void> {
    const byLength = parts.toSorted((a, b) => b.corpus.ids.length - a.corpus.ids.length);
    for (let start = 0; start < byLength.length; ) {
      const longest = Math.max(1, byLength[start].corpus.ids.length);
      const count = Math.min(this.#reader.streams, Math.ceil(this.#turns.tokens / longest));
      const batch = byLength.slice(start, start + count);
      const strands = batch.map(({ corpus }) => ({ before: this.#newline, ids: corpus.ids }));
      const scores = await this.#turns.take(() => this.#reader.together(strands));
      batch.forEach((part, i) => {
        part.scores = scores[i];
      });
      start += batch.length;
    }
  }

  /** One after the other, from the state that the last call left. */
  async #stream(parts: readonly Part[]): Promise<void> {
    const ids = joined(parts.map(({ corpus }) => corpus.ids));
    const all: TokenScore[] = [];
    const { tokens } = this.#turns;
    for (let start = 0; start < ids.length; start += tokens) {
      const unit = ids.subarray(start, start + tokens);
      const strand = { before: this.#last, ids: unit };
      const { scores, state } = await this.#turns.take(() => this.#reader.onward(strand, this.#state));
      for (const score of scores) all.push(score);
      [this.#last, this.#state] = [unit[unit.length - 1], state];
    }
    let start = 0;
    for (const part of parts) {
      part.scores = all.slice(start, start + part.corpus.ids.length);
      start += part.corpus.ids.length;
    }
  }

  #present({ piece, corpus: { ids, unknownAt, characters, bytes }, scores }: Part): ScoredLine {
    const { starts, ends } = piece;
    const text = piece.text.replace(/\r?\n$/, '');
    if (starts) [this.#line, this.#position, this.#offset] = [this.#line + 1, 0, 0];
    const position = this.#position + 1;
    this.#position += ids.length;
    const unknown = new Set(unknownAt);
    const { tokenizer, vocabulary } = this.#model;
    const offset = this.#offset;
    this.#offset += piece.text.length;
    const tokens = Array.from(tokenizer.spans(piece.text), ({ token: spelled, start, end }, i) => {
      const known = !unknown.has(i);
      const token = known ? vocabulary.tokenOf(ids[i]) : spelled;
      const place = { text: piece.text.slice(start, end), start: offset + start, end: offset + end };
      return { token, id: ids[i], known, ...scores[i], ...place };
    });
    const words = this.#words.push(piece.text);
    return { line: this.#line, starts, ends, position, text, characters, bytes, words, tokens };
  }
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
