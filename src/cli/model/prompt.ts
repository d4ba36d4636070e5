import { Corpus } from '../../data/corpus.ts';
import { UnrolledError } from '../../errors.ts';
import type { SavedModel } from '../../models/model-file.ts';

/** The ids of a prompt; words that the vocabulary lacks are named on stderr. Throws UnrolledError for a blank one. */
export function readPrompt(where: string, prompt: string, { tokenizer, vocabulary }: SavedModel): Int32Array {
  const { ids, unknownAt } = Corpus.encode(prompt, tokenizer, vocabulary);
  if (ids.length === 0) {
    throw new UnrolledError(
      `${where}: the prompt has no ${tokenizer.kind}; it needs one at least. Write some text.`,
    );
  }
  if (unknownAt.length > 0) {
    const tokens = [...tokenizer.tokenize(prompt)];
    const names = [...new Set(Array.from(unknownAt, (at) => JSON.stringify(tokens[at])))].join(', ');
    const verb = names.includes(', ') ? 'are' : 'is';
    process.stderr.write(
      `${where}: ${names} ${verb} not in the vocabulary and read as ${vocabulary.unknown}.\n`,
    );
  }
  return ids;
}
