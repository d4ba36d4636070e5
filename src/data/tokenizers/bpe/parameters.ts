import { UnrolledError } from '../../../errors.ts';
import { wrongKind } from '../../../kinds.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { bpeTokenizer } from './bpe.ts';
import type { Merge } from './pieces.ts';

/** Creates the tokenizer from the parameters of a model file: `merges` ("a b"), `pieces` and `prefixSpace`. */
export function bpeOf({ merges, pieces, prefixSpace }: Readonly<Record<string, unknown>>): Tokenizer {
  if (merges === undefined) {
    throw new UnrolledError(
      'option-value',
      'Tokenizer: the kind bpe has no merges; it needs those of a training text. Train a tokenizer with BPETrainer, or read a ' +
        'tokenizer.json.',
    );
  }
  if (
    pieces !== undefined &&
    !(Array.isArray(pieces) && pieces.every((piece) => typeof piece === 'string'))
  ) {
    throw wrongKind('Tokenizer', 'pieces', pieces, 'a list of strings', 'Use another copy of the file.');
  }
  if (prefixSpace !== undefined && typeof prefixSpace !== 'boolean') {
    throw wrongKind(
      'Tokenizer',
      'prefixSpace',
      prefixSpace,
      'true or false',
      'Use another copy of the file.',
    );
  }
  return bpeTokenizer('Tokenizer', { merges: readMerges('Tokenizer', merges), pieces, prefixSpace });
}

/** Merges as `"a b"`, or as `["a", "b"]`. */
export function readMerges(where: string, merges: unknown): Merge[] {
  const list = Array.isArray(merges) ? merges : [null];
  return list.map((merge: unknown, rank) => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge;
    const isPair =
      Array.isArray(pair) && pair.length === 2 && pair.every((piece) => typeof piece === 'string');
    if (isPair && pair.every((piece) => piece !== '')) return [pair[0], pair[1]];
    throw new UnrolledError(
      'file-damaged',
      `${where}: merge ${rank} is not a pair of pieces; merges must be a list of "a b" or ["a", "b"]. Use another copy of the file.`,
    );
  });
}
