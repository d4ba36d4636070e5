import { type SavedModel, TextStreamer } from 'unrolled';
import type { Continued, Draft, WrittenToken } from './calls.ts';
import type { EncodedDraft } from './encoded-draft.ts';

/** Decodes tokens that follow a draft, as `unrolled generate` does: with a space or none before a word. */
export class DraftWriter {
  readonly #draft: Draft;
  readonly #out: TextStreamer;
  readonly #written: WrittenToken[] = [];
  #text: string;
  #ended = false;
  readonly #endId: number;

  constructor(saved: SavedModel, draft: Draft, { ids }: EncodedDraft) {
    this.#draft = draft;
    this.#text = draft.text;
    this.#endId = saved.vocabulary.endId;
    this.#out = new TextStreamer(saved);
    this.#out.prompt(ids, saved.tokenizer.endsWithSpace(draft.text));
  }

  get count(): number {
    return this.#written.length;
  }

  /** Whether the item has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  push(id: number): void {
    const start = this.#text.length;
    this.#text += this.#out.push(id);
    this.#written.push({ id, start, end: this.#text.length });
    this.#ended = id === this.#endId;
  }

  /** The draft with the tokens. @param random the state of the generator after them */
  continued(random: Draft['random']): Continued {
    const { text, written: before, fromStart } = this.#draft;
    const written = [...before, ...this.#written];
    const isFirst = text === '' && before.length === 0;
    return {
      draft: { text: this.#text, written, fromStart: fromStart || isFirst, random },
      count: this.count,
      ended: this.#ended,
    };
  }
}
