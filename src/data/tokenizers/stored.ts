import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';
import { isBuiltInKind, tokenizerFromJSON } from './open.ts';
import { checkTokenizer, isBuiltIn, type Tokenizer, type TokenizerJSON } from './tokenizer.ts';

/**
 * A custom tokenizer, for opening files that use its kind: the tokenizer itself, which opens only files with the same
 * parameters, or a factory that creates it from the parameters in the file.
 */
export type CustomTokenizer =
  | Tokenizer
  | {
      /** The kind that the factory handles. */
      readonly kind: string;
      /** Creates the tokenizer from what its `toJSON` returned. */
      fromJSON(value: TokenizerJSON): Tokenizer;
    };

/**
 * The string stored in a file for a tokenizer: its kind, or JSON if it has parameters.
 * @throws for an incomplete Tokenizer, and for a custom one with a built-in kind, whose file would open with the built-in one
 */
export function storeTokenizer(where: string, tokenizer: Tokenizer): string {
  checkTokenizer(where, tokenizer);
  const value = tokenizer.toJSON();
  const kind = kindOf(value);
  if (typeof kind !== 'string' || kind === '' || kind.startsWith('{') || kind !== tokenizer.kind) {
    throw new UnrolledError(
      'option-conflict',
      `${where}: the tokenizer's kind is ${JSON.stringify(tokenizer.kind)}, but toJSON() returns ${JSON.stringify(kind)}; they ` +
        'must be equal. Let toJSON() return the kind, or {kind, …parameters}.',
    );
  }
  if (isBuiltInKind(kind) && !isBuiltIn(tokenizer)) {
    throw new UnrolledError(
      'option-conflict',
      `${where}: the custom tokenizer has the built-in kind ${JSON.stringify(kind)}; built-in kinds are reserved. ` +
        'Pass it another kind, and open its files with { tokenizers: [it] }.',
    );
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Creates the tokenizer from what `storeTokenizer` returned, with one of `own` if its kind is not built in.
 * @throws for an unknown kind, for a custom tokenizer whose parameters differ from the file's, and for one with a built-in kind
 */
export function restoreTokenizer(
  where: string,
  value: unknown,
  own: readonly CustomTokenizer[] = [],
): Tokenizer {
  checkOwn(where, own);
  const kind = kindOf(value);
  const source = own.find((one) => one.kind === kind);
  if (!source || isBuiltInKind(source.kind)) return tokenizerFromJSON(value);
  if ('fromJSON' in source) return checkTokenizer(where, source.fromJSON(value as TokenizerJSON));
  const [theirs, ours] = [value, source.toJSON()].map((json) => JSON.stringify(json));
  if (theirs === ours) return source;
  throw new UnrolledError(
    'option-conflict',
    `${where}: its tokenizer is ${theirs.slice(0, 80)}, the given one is ${ours.slice(0, 80)}; the parameters must be ` +
      'equal. Pass {kind, fromJSON}, which creates it from the parameters in the file.',
  );
}

function checkOwn(where: string, own: readonly CustomTokenizer[]): void {
  if (!Array.isArray(own)) {
    throw wrongKind(where, 'tokenizers', own, 'a list of tokenizers', 'Pass { tokenizers: [mine] }.');
  }
  for (const one of own) {
    if (typeof one?.kind !== 'string') {
      throw wrongKind(where, 'one of tokenizers', one, 'a Tokenizer or {kind, fromJSON}', 'Set its kind.');
    }
    if (!('fromJSON' in one)) checkTokenizer(where, one);
    if (isBuiltInKind(one.kind) && !isBuiltIn(one as Tokenizer)) {
      throw new UnrolledError(
        'option-conflict',
        `${where}: a custom tokenizer has the built-in kind ${JSON.stringify(one.kind)}; built-in kinds are reserved. Use another kind.`,
      );
    }
  }
}

function kindOf(value: unknown): unknown {
  return typeof value === 'string' ? value : Object(value).kind;
}
