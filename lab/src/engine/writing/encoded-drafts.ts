import type { SavedModel } from 'unrolled';
import type { Draft } from './calls.ts';
import { type EncodedDraft, encodeDraft } from './encoded-draft.ts';

/** Encodes drafts of a model. The last one is kept: settings change more often than the text. */
export class EncodedDrafts {
  readonly #saved: SavedModel;
  #last: { readonly draft: Draft; readonly encoded: EncodedDraft } | null = null;

  constructor(saved: SavedModel) {
    this.#saved = saved;
  }

  /** Throws UnrolledError for a text that can't be encoded. */
  encode(draft: Draft): EncodedDraft {
    if (!this.#last || !isSame(this.#last.draft, draft))
      this.#last = { draft, encoded: encodeDraft(this.#saved, draft) };
    return this.#last.encoded;
  }
}

function isSame(a: Draft, b: Draft): boolean {
  if (a.text !== b.text || a.fromStart !== b.fromStart || a.written.length !== b.written.length) return false;
  return a.written.every(({ id, start, end }, i) => {
    const other = b.written[i];
    return id === other.id && start === other.start && end === other.end;
  });
}
