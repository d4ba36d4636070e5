import { UnrolledError } from '../../errors.ts';
import { byteTokenizer } from './byte.ts';
import { charTokenizer } from './char.ts';
import type { Tokenizer, TokenizerKind } from './tokenizer.ts';
import { wordTokenizer } from './word.ts';

/** Makes a tokenizer from the parameters beside its kind; checks them, since they come out of a file. */
type Maker = (parameters: Readonly<Record<string, unknown>>) => Tokenizer;

const MAKERS: Readonly<Record<TokenizerKind, Maker>> = {
  word: withoutParameters(wordTokenizer),
  char: withoutParameters(charTokenizer),
  byte: withoutParameters(byteTokenizer),
};

/** Finds the tokenizer named `kind`; throws UnrolledError when there is none. */
export function openTokenizer(kind: string): Tokenizer {
  return tokenizerFromJSON(kind);
}

/**
 * Makes a tokenizer from what its `toJSON` wrote: a kind, or an object of a kind and parameters. Throws UnrolledError
 * on anything else.
 */
export function tokenizerFromJSON(value: unknown): Tokenizer {
  const { kind, ...parameters } = typeof value === 'string' ? { kind: value } : Object(value);
  if (typeof kind !== 'string') {
    throw new UnrolledError(
      'file-damaged',
      'Tokenizer: got neither a kind nor an object of a kind and parameters; the model file is damaged or was not ' +
        'written by this program. Take another copy of it.',
    );
  }
  if (!Object.hasOwn(MAKERS, kind)) {
    throw new UnrolledError(
      'unknown-name',
      `Tokenizer: got the kind ${JSON.stringify(kind.slice(0, 60))}; there are ${Object.keys(MAKERS).join(', ')}. ` +
        'Choose one of these.',
    );
  }
  return MAKERS[kind as TokenizerKind](parameters);
}

function withoutParameters(tokenizer: Tokenizer): Maker {
  return (parameters) => {
    const [name] = Object.keys(parameters);
    if (name === undefined) return tokenizer;
    throw new UnrolledError(
      'file-damaged',
      `Tokenizer: got the parameter ${JSON.stringify(name.slice(0, 60))} for the kind ${tokenizer.kind}, which has none. ` +
        'Use a newer unrolled, or another copy of the model file.',
    );
  };
}
