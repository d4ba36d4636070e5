import type { Json } from '../../models/model-file.ts';
import { TEMPERATURE } from '../exporter.ts';

/** The names of settings in a generation_config: those that a module has, with their valid values, and those that it lacks. */
const HAS = {
  temperature: { option: 'temperature', accepts: (value: number) => value >= 0 && value <= 100 },
  top_k: { option: 'topK', accepts: (value: number) => Number.isInteger(value) && value >= 0 },
  top_p: { option: 'topP', accepts: (value: number) => value > 0 && value <= 1 },
} as const;
const LACKS = { min_p: 0, typical_p: 1, repetition_penalty: 1 } as const;

/** The sampling settings of a model, as options of `generate`, and the names of those that have no equal there. */
export function samplingOf(generationConfig: Json | undefined): {
  readonly defaults: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
} {
  const given: Readonly<Record<string, unknown>> = Object(generationConfig);
  const defaults: Record<string, number> = { temperature: TEMPERATURE };
  for (const [name, { option, accepts }] of Object.entries(HAS)) {
    const value = given[name];
    if (typeof value === 'number' && accepts(value)) defaults[option] = value;
  }
  const lost = Object.entries(LACKS).filter(([name, none]) => (given[name] ?? none) !== none);
  return { defaults, lost: lost.map(([name]) => name) };
}
