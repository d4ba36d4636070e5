import type { TextCodec } from '../../data/text-codec.ts';
import { readTokenizerJSON } from '../../data/tokenizers/hugging-face/read.ts';
import { UnrolledError } from '../../errors.ts';
import { TOKENIZER } from '../hugging-face/config-json.ts';
import type { ImportFile, LeftOut } from '../importer.ts';

interface SiblingTokenizer {
  readonly codec: TextCodec | null;
  /** The file, if it can't be read here: the caller may pass another vocabulary. */
  readonly leftOut: readonly LeftOut[];
}

/** The tokenizer.json beside a model file; null if there is none. */
export async function readSiblingTokenizer({ sibling }: ImportFile): Promise<SiblingTokenizer> {
  const bytes = await sibling?.(TOKENIZER);
  if (!bytes) return { codec: null, leftOut: [] };
  try {
    return { codec: readTokenizerJSON(TOKENIZER, new TextDecoder().decode(bytes)), leftOut: [] };
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    const reason = error.message.replace(`${TOKENIZER}: `, '').replace(/\.$/, '');
    return { codec: null, leftOut: [{ name: TOKENIZER, reason }] };
  }
}
