import { type CacheOptions, cacheDefaults } from '../../training/adaptation/continuous-cache.ts';
import { type DynamicOptions, dynamicDefaults } from '../../training/adaptation/dynamic-evaluation.ts';
import type { Adaptation } from '../../training/evaluation/assess.ts';
import type { Option, Switch, Values } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { nonNegativeNumber, positiveInteger, rate } from './value-types.ts';

type AdaptationOptions = {
  readonly dynamic: Switch;
  readonly 'dynamic-lr': Option<number>;
  readonly 'dynamic-decay': Option<number>;
  readonly cache: Switch;
  readonly 'cache-window': Option<number>;
  readonly 'cache-theta': Option<number>;
  readonly 'cache-lambda': Option<number>;
};

/** `--dynamic`, `--cache` and their settings. */
export const adaptationOptions: AdaptationOptions = {
  dynamic: {
    help: `Dynamic evaluation: also evaluate while updating the weights after every ${dynamicDefaults.T} scored tokens`,
  },
  'dynamic-lr': {
    value: 'RATE',
    type: nonNegativeNumber,
    help: 'Learning rate of --dynamic',
    otherwise: dynamicDefaults.lr,
  },
  'dynamic-decay': {
    value: 'P',
    type: rate,
    help: 'Rate at which --dynamic decays the weights back to the trained ones',
    otherwise: dynamicDefaults.decay,
  },
  cache: {
    help: 'Neural cache: also evaluate with a cache of recent hidden states and the tokens that followed them',
  },
  'cache-window': {
    value: 'N',
    type: positiveInteger,
    help: 'Number of hidden states in the cache',
    otherwise: cacheDefaults.window,
  },
  'cache-theta': {
    value: 'THETA',
    type: nonNegativeNumber,
    help: 'Sharpness of the cache: a higher value favours the most similar states',
    otherwise: cacheDefaults.theta,
  },
  'cache-lambda': {
    value: 'P',
    type: rate,
    help: 'Interpolation weight of the cache probabilities',
    otherwise: cacheDefaults.lambda,
  },
};

/** The adaptation that the flags ask for, or null. Throws UsageError for a setting without its `--dynamic` or `--cache`. */
export function readAdaptation(values: Values<AdaptationOptions>): Adaptation | null {
  for (const name of ['dynamic', 'cache'] as const) if (!values[name]) refuseSettings(values, name);
  if (!values.dynamic && !values.cache) return null;
  const dynamic: DynamicOptions = {
    lr: values['dynamic-lr'] ?? dynamicDefaults.lr,
    decay: values['dynamic-decay'] ?? dynamicDefaults.decay,
  };
  const cache: CacheOptions = {
    window: values['cache-window'] ?? cacheDefaults.window,
    theta: values['cache-theta'] ?? cacheDefaults.theta,
    lambda: values['cache-lambda'] ?? cacheDefaults.lambda,
  };
  return { ...(values.dynamic && { dynamic }), ...(values.cache && { cache }) };
}

function refuseSettings(values: Values<AdaptationOptions>, name: 'dynamic' | 'cache'): void {
  const settings = Object.entries(values).filter(([flag]) => flag.startsWith(`${name}-`));
  const given = settings.find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  throw new UsageError(`evaluate: got --${given} without --${name}. Add --${name}.`);
}
