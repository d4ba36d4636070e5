import type { TextNote } from '../../recipe/text/streamed/notes.ts';
import { byteSize, count } from '../terminal/format.ts';

/** Notes about a text that is too long to keep in memory. */
export function textNotes(notes: readonly TextNote[]): string[] {
  return notes.map(sentenceOf);
}

function sentenceOf(note: TextNote): string {
  switch (note.note) {
    case 'tokens-in-file':
      return `token ids ${note.reused ? 'reused from' : 'stored in'} ${note.file} (${byteSize(note.bytes)})`;
    case 'held-out':
      return `the last ${byteSize(note.bytes)} are used for validation (--valid ${note.fraction})`;
    case 'learnt-from-sample':
      return `the tokenizer is trained on ${byteSize(note.bytes)} sampled evenly from the text`;
    case 'rare-tokens-pruned':
      return `more than ${count(note.most)} distinct tokens: the rarest were not counted`;
    case 'no-pairs':
      return `no bigram baseline: too many pairs to count in a text of this length with ${count(note.vocabSize)} tokens`;
  }
}
