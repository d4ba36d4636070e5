import { UnrolledError } from '../../errors.ts';
import { count, fraction, type Kind, real, shown } from '../../kinds.ts';
import type { Json } from '../../models/model-file.ts';
import { PENALTIES } from './repetition.ts';

/** Default sampling settings of a model, by the names of Hugging Face's `generation_config.json`. */
export interface SamplingDefaults {
  /** The divisor of the logits. */
  readonly temperature?: number;
  /** Top-k; 0 means all. */
  readonly top_k?: number;
  /** Top-p, above 0 and at most 1. */
  readonly top_p?: number;
  /** Min-p, from 0 to 1. */
  readonly min_p?: number;
  /** Typical, above 0 and at most 1. */
  readonly typical_p?: number;
  /** The repetition penalty, from 0.01 to 100; 1 means none. */
  readonly repetition_penalty?: number;
}

const kinds: Readonly<Record<keyof SamplingDefaults, Kind<number>>> = {
  temperature: real({ from: 0, to: 100 }),
  top_k: count,
  top_p: fraction,
  min_p: real({ from: 0, to: 1 }),
  typical_p: fraction,
  repetition_penalty: real(PENALTIES),
};

/**
 * The default sampling settings of a model file; its other settings, such as `do_sample`, are ignored.
 * @param where the beginning of error messages
 * @throws {UnrolledError} code `option-value` for an invalid setting
 */
export function samplingDefaults(
  where: string,
  { generationConfig = {} }: { readonly generationConfig?: Json },
): SamplingDefaults {
  const given = Object(generationConfig);
  const entries = Object.entries(kinds).flatMap(([name, kind]): [string, number][] => {
    const value = given[name] ?? null;
    if (value === null) return [];
    if (kind.accepts(value)) return [[name, value]];
    throw new UnrolledError(
      'option-value',
      `${where}: ${name} in the generation_config of the model is ${shown(value)}; it must be ${kind.needs}. Correct the model file.`,
    );
  });
  return Object.fromEntries(entries);
}
