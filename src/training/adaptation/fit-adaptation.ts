import type { Corpus } from '../../data/corpus.ts';
import { UnrolledError } from '../../errors.ts';
import { checkCount } from '../../kinds.ts';
import type { Adaptation } from '../evaluation/assess.ts';
import { corpusLosses, type EvaluateOptions } from '../evaluation/evaluate.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { type CacheOptions, cacheDefaults } from './continuous-cache.ts';
import { checkedDynamic, type DynamicOptions } from './dynamic-evaluation.ts';
import { type Axis, fitOnGrid, type Values } from './grid-fit.ts';

/** Options of `fitAdaptation`. */
export interface FitOptions {
  /** Length of the part of the text on which settings are tried, from its beginning, in tokens. Default 20,000. */
  tokens?: number;
  /** Called after each trial. Default: none. */
  onTrial?: (trial: Trial) => void;
  /** Aborts the search. Default: none. */
  signal?: AbortSignal;
}

/** Settings that were tried. */
export interface Trial {
  /** What the settings belong to. */
  readonly way: keyof Adaptation;
  /** The settings by name, as in the options of `evaluate`. */
  readonly values: Readonly<Record<string, number>>;
  /** Mean loss per token, in nats; infinite when the weights diverged. */
  readonly loss: number;
}

const FIT_TOKENS = 20_000;

const stepAxes = {
  lr: [0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 1],
  decay: [0, 0.0003, 0.001, 0.003, 0.01],
};
const scaledAxes = {
  lr: [3e-5, 1e-4, 2e-4, 3e-4, 5e-4, 7e-4, 0.001, 0.0015, 0.002],
  decay: [0, 0.0003, 0.001, 0.002, 0.005, 0.01],
  epsilon: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
};
const cacheAxes = {
  theta: [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5],
  lambda: [0.02, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3],
  window: [200, 500, 1000, 2000, 4000],
};

/**
 * Chooses the settings of dynamic evaluation and of the cache on a text, usually the validation text: by coordinate descent from
 * the defaults over a grid, each of the two alone. Settings in `adaptation` are kept; those that it leaves out are chosen. Some ten
 * to twenty evaluations for each.
 * @param adaptation `{ dynamic: {} }` to choose all settings of dynamic evaluation, and likewise `cache`
 * @returns the adaptation with all settings, for `evaluate`
 * @throws {UnrolledError} as `evaluate` does, except that settings with which the weights diverge only lose
 */
export async function fitAdaptation(
  model: TrainableModel,
  corpus: Pick<Corpus, 'ids' | 'items'>,
  { dynamic, cache }: Adaptation,
  { tokens = FIT_TOKENS, onTrial, signal }: FitOptions = {},
): Promise<Adaptation> {
  checkCount('fitAdaptation', { tokens }, 1);
  const part = { ids: corpus.ids.subarray(0, tokens + 1), items: corpus.items };
  const lossOf = async (way: keyof Adaptation, values: Trial['values'], options: EvaluateOptions) => {
    const loss = await meanLoss(model, part, { ...options, ...(signal && { signal }) });
    onTrial?.({ way, values, loss });
    return loss;
  };
  const fitted: { -readonly [Way in keyof Adaptation]: Adaptation[Way] } = {};
  if (dynamic) {
    fitted.dynamic = await fitDynamic(dynamic, (values) =>
      lossOf('dynamic', values, { dynamic: { ...dynamic, ...values } }),
    );
  }
  if (cache) {
    const start = { ...cacheDefaults, ...cache };
    const found = await fitOnGrid(gridOf(cacheAxes, cache, start), start, (values) =>
      lossOf('cache', values, { cache: values }),
    );
    fitted.cache = found.values;
  }
  return fitted;
}

async function fitDynamic(
  dynamic: DynamicOptions,
  measure: (values: Values<string>) => Promise<number>,
): Promise<DynamicOptions> {
  const { lr, decay, epsilon } = checkedDynamic(dynamic);
  if (!dynamic.statistics) {
    const start = { lr, decay };
    return { ...dynamic, ...(await fitOnGrid(gridOf(stepAxes, dynamic, start), start, measure)).values };
  }
  const start = { lr, decay, epsilon };
  return { ...dynamic, ...(await fitOnGrid(gridOf(scaledAxes, dynamic, start), start, measure)).values };
}

/** The axes, with a single value for each setting that is given. */
function gridOf<Name extends string>(
  axes: Readonly<Record<Name, Axis>>,
  given: DynamicOptions & CacheOptions,
  start: Values<Name>,
): Record<Name, Axis> {
  const grid: Record<Name, Axis> = { ...axes };
  const isGiven = (name: Name) => Object(given)[name] !== undefined;
  for (const name of Object.keys(axes) as Name[]) if (isGiven(name)) grid[name] = [start[name]];
  return grid;
}

/** The mean loss per target; infinite when it is not a number or the weights diverge. */
async function meanLoss(
  model: TrainableModel,
  text: Pick<Corpus, 'ids' | 'items'>,
  options: EvaluateOptions,
): Promise<number> {
  try {
    const losses = await corpusLosses(model, text, options);
    return losses.reduce((a, b) => a + b, 0) / losses.length;
  } catch (error) {
    if (error instanceof UnrolledError && ['diverged', 'not-finite'].includes(error.code)) return Infinity;
    throw error;
  }
}
