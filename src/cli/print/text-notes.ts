import type { TextNote } from '../../recipe/text/streamed/notes.ts';
import { byteSize, count } from '../terminal/format.ts';

/** What is other for a text too long to be held, as sentences. */
export function textNotes(notes: readonly TextNote[]): string[] {
  return notes.map(sentenceOf);
}

function sentenceOf(note: TextNote): string {
  switch (note.note) {
    case 'tokens-in-file':
      return `its tokens are ${note.reused ? 'taken from' : 'in'} ${note.file} (${byteSize(note.bytes)})`;
    case 'held-out':
      return `the last ${byteSize(note.bytes)} are held out for validation (--valid ${note.fraction})`;
    case 'learnt-from-sample':
      return `the tokenizer is learnt from ${byteSize(note.bytes)} spread evenly over the text`;
    case 'rare-tokens-pruned':
      return `more than ${count(note.most)} different tokens: the rarest were no longer counted`;
    case 'no-pairs':
      return `no bigram baseline: the pairs of ${count(note.vocabSize)} tokens of so long a text are not counted`;
  }
}
