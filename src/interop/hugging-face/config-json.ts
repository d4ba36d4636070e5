import { toConfigKeys } from '../../models/config.ts';
import type { Json, ModelFile } from '../../models/model-file.ts';
import { TEMPERATURE } from '../exporter.ts';

/** The type of our models in config.json. */
export const MODEL_TYPE = 'unrolled';

/** The other files of a folder. */
export const WEIGHTS = 'model.safetensors';
export const TOKENIZER = 'tokenizer.json';
export const GENERATION = 'generation_config.json';

/** A JSON object. */
export type JsonMembers = { readonly [name: string]: Json };

/** The config.json of a model: sizes by Hugging Face's names, and under `unrolled` the config of our model files. */
export function configJSON({ config, vocabulary, items }: ModelFile): JsonMembers {
  return {
    architectures: ['UnrolledForCausalLM'],
    model_type: MODEL_TYPE,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    tie_word_embeddings: config.tied === true,
    ...(vocabulary.endId >= 0 && { eos_token_id: vocabulary.endId }),
    unrolled: { ...(toConfigKeys(config) as JsonMembers), ...(items !== null && { items }) },
  };
}

/** The generation_config.json of a model: its default sampling settings, else those of `generate`. */
export function generationConfigJSON({ generationConfig, vocabulary }: ModelFile): JsonMembers {
  const { temperature = TEMPERATURE, ...others } = Object(generationConfig ?? {}) as JsonMembers;
  return {
    ...(temperature === 0 ? { do_sample: false } : { do_sample: true }),
    temperature,
    ...others,
    ...(vocabulary.endId >= 0 && { eos_token_id: vocabulary.endId }),
  };
}
