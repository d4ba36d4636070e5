import type { Merge } from '../bpe/pieces.ts';

/** A part of a tokenizer.json, as `tokenizers` writes it. */
export type FilePart = Readonly<Record<string, unknown>>;

/** The parts of a tokenizer.json that depend on the tokenizer. */
export interface TokenizerParts {
  readonly normalizer: FilePart | null;
  readonly pre_tokenizer: FilePart;
  readonly post_processor: FilePart | null;
  readonly decoder: FilePart | null;
  /** The model, without its vocabulary. */
  readonly model: FilePart;
  /** The spellings in order of their ids, all distinct. */
  readonly tokens: readonly string[];
}

/** The text of a tokenizer.json without special tokens. */
export function tokenizerText({ tokens, model, ...parts }: TokenizerParts): string {
  const { merges, ...settings } = model;
  const file = {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: [] },
    ...parts,
    model: { ...settings, vocab: {}, ...(merges !== undefined && { merges }) },
  };
  // Written by hand, because an object would list the piece "2024" first.
  const ids = tokens.map((piece, id) => `      ${JSON.stringify(piece)}: ${id}`).join(',\n');
  return JSON.stringify(file, null, 2).replace('"vocab": {}', () => `"vocab": {\n${ids}\n    }`);
}

/** A Unicode normalisation form, such as `nfc`, as a normalizer; null for none. */
export function normalizerOf(form: unknown): FilePart | null {
  return typeof form === 'string' ? { type: form.toUpperCase() } : null;
}

/** The byte-level parts around a BPE model. */
export function byteLevel(
  prefixSpace: boolean,
  cuts: boolean,
): Pick<TokenizerParts, 'pre_tokenizer' | 'post_processor' | 'decoder'> {
  const part = (prefix: boolean, trim: boolean, regex: boolean) => {
    return { type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: trim, use_regex: regex };
  };
  return {
    pre_tokenizer: part(prefixSpace, true, cuts),
    post_processor: part(true, false, true),
    decoder: part(true, true, true),
  };
}

/** A BPE model whose tokens include all bytes. */
export function bpeModel(merges: readonly Merge[]): FilePart {
  return {
    ...{ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null },
    ...{ end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false },
    merges,
  };
}
