import { UnrolledError } from '../../errors.ts';
import { shown, wrongKind } from '../../kinds.ts';
import { isNormalForm, normalForms } from '../texts/normal-form.ts';
import { bpeFromJSON } from './bpe/from-json.ts';
import { byteTokenizer } from './byte.ts';
import { charTokenizer } from './char.ts';
import { normalised } from './normalised.ts';
import type { Tokenizer, TokenizerKind } from './tokenizer.ts';
import { wordTokenizer, wordTokenizerWith } from './word.ts';

/** Makes a tokenizer from the parameters beside its kind; checks them, since they come out of a file. */
type Maker = (parameters: Readonly<Record<string, unknown>>) => Tokenizer;

const MAKERS: Readonly<Record<TokenizerKind, Maker>> = {
  word: wordMaker,
  char: withoutParameters(charTokenizer),
  byte: withoutParameters(byteTokenizer),
  bpe({ merges, pieces, prefixSpace, ...others }) {
    checkNoMore('bpe', others);
    return bpeFromJSON({ merges, pieces, prefixSpace });
  },
};

/** Whether a kind names a tokenizer of ours. */
export function isBuiltInKind(kind: string): kind is TokenizerKind {
  return Object.hasOwn(MAKERS, kind);
}

/** Finds the tokenizer named `kind`; throws UnrolledError when there is none. */
export function openTokenizer(kind: string): Tokenizer {
  return tokenizerFromJSON(kind);
}

/**
 * Makes a tokenizer from what its `toJSON` wrote: a kind, or an object of a kind and parameters; `normalize` is one of any
 * kind. Throws UnrolledError on anything else.
 */
export function tokenizerFromJSON(value: unknown): Tokenizer {
  const { kind, normalize, ...parameters } = typeof value === 'string' ? { kind: value } : Object(value);
  if (typeof Object(value).then === 'function') {
    throw wrongKind('Tokenizer', 'the kind', value, 'a string, or {kind, …}', '');
  }
  if (typeof kind !== 'string') {
    throw new UnrolledError(
      'file-damaged',
      'Tokenizer: got neither a kind nor an object of a kind and parameters; the model file is damaged or was not ' +
        'written by this program. Take another copy of it.',
    );
  }
  if (!isBuiltInKind(kind)) {
    throw new UnrolledError(
      'unknown-name',
      `Tokenizer: got the kind ${JSON.stringify(kind.slice(0, 60))}; there are ${Object.keys(MAKERS).join(', ')}. ` +
        'Choose one of these.',
    );
  }
  const tokenizer = MAKERS[kind](parameters);
  if (normalize === undefined) return tokenizer;
  if (isNormalForm(normalize)) return normalised(tokenizer, normalize);
  throw new UnrolledError(
    'file-damaged',
    `Tokenizer: the parameter "normalize" is ${shown(normalize).slice(0, 60)}; it must be one of ${normalForms.join(', ')}. Use a newer ` +
      'unrolled, or another copy of the model file.',
  );
}

/** `apart`: the marks that the readable decoder doesn't join to the words beside them. */
function wordMaker({ apart = [], ...others }: Readonly<Record<string, unknown>>): Tokenizer {
  checkNoMore('word', others);
  if (!Array.isArray(apart) || !apart.every((mark) => typeof mark === 'string')) {
    throw new UnrolledError(
      'file-damaged',
      'Tokenizer: the parameter "apart" of the kind word must be a list of strings; the model file is damaged or was ' +
        'not written by this program. Take another copy of it.',
    );
  }
  return apart.length === 0 ? wordTokenizer : wordTokenizerWith(apart);
}

function withoutParameters(tokenizer: Tokenizer): Maker {
  return (parameters) => {
    checkNoMore(tokenizer.kind, parameters);
    return tokenizer;
  };
}

function checkNoMore(kind: string, parameters: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(parameters);
  if (name === undefined) return;
  throw new UnrolledError(
    'file-damaged',
    `Tokenizer: got the parameter ${JSON.stringify(name.slice(0, 60))} for the kind ${kind}, which has none of this name. ` +
      'Use a newer unrolled, or another copy of the model file.',
  );
}
