import { textStart } from '../../../data/text-start.ts';
import { storeTokenizer } from '../../../data/tokenizers/stored.ts';
import { toConfigKeys } from '../../../models/config.ts';
import type { ModelFile } from '../../../models/model-file.ts';
import type { StringStringEntryProto } from '../messages.ts';

/** The entries of `metadata_props`, from which `unrolled import` gets the same model file again. Programs without it need these: */
export interface OnnxMetadata {
  /** JSON: the V tokens by id, as in the model file. */
  readonly vocabulary: string;
  /** The tokenizer's kind, or JSON with its parameters, as in the model file. */
  readonly tokenizer: string;
  /** JSON: the config, with the keys of the model file. */
  readonly unrolled: string;
  /**
   * JSON: `start`, the id to pass first, from which the model predicts the first token of a text (null if there is none), and the
   * members of the model file's `vocabulary` other than `tokens`.
   */
  readonly special_tokens: string;
  /** How texts are split into items; absent for continuous text. */
  readonly items?: string;
  /** JSON, each absent if the model file has none. */
  readonly generation_config?: string;
  readonly recipe?: string;
  readonly results?: string;
}

/** The entries for a model. */
export function metadataOf(model: ModelFile): readonly StringStringEntryProto[] {
  const { config, tokenizer, vocabulary, items, generationConfig = null, recipe, results } = model;
  const { tokens, ...special } = vocabulary.toJSON();
  const optional = { generation_config: generationConfig, recipe, results };
  const metadata: OnnxMetadata = {
    vocabulary: JSON.stringify(tokens),
    tokenizer: storeTokenizer('exportModel', tokenizer),
    unrolled: JSON.stringify(toConfigKeys(config)),
    special_tokens: JSON.stringify({ start: textStart(model), ...special }),
    ...(items !== null && { items }),
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([key, value]) =>
        value === null ? [] : [[key, JSON.stringify(value)]],
      ),
    ),
  };
  return Object.entries(metadata).map(([key, value]) => ({ key, value }));
}
