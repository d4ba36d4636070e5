import { type CacheOptions, cacheDefaults } from '../../training/adaptation/continuous-cache.ts';
import { type DynamicOptions, dynamicDefaults } from '../../training/adaptation/dynamic-evaluation.ts';
import type { Adaptation } from '../../training/evaluation/assess.ts';
import type { Option, Switch, Values } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { nonNegativeNumber, positiveInteger, share } from './value-types.ts';

type AdaptationOptions = {
  readonly dynamic: Switch;
  readonly 'dynamic-lr': Option<number>;
  readonly 'dynamic-decay': Option<number>;
  readonly cache: Switch;
  readonly 'cache-window': Option<number>;
  readonly 'cache-theta': Option<number>;
  readonly 'cache-lambda': Option<number>;
};

/** `--dynamic`, `--cache` and what belongs to them. */
export const adaptationOptions: AdaptationOptions = {
  dynamic: {
    help: `Also evaluate while the model learns from each ${dynamicDefaults.T} tokens after scoring them`,
  },
  'dynamic-lr': {
    value: 'RATE',
    type: nonNegativeNumber,
    help: 'Learning rate of --dynamic',
    otherwise: dynamicDefaults.lr,
  },
  'dynamic-decay': {
    value: 'P',
    type: share,
    help: 'Rate at which --dynamic decays to the trained weights',
    otherwise: dynamicDefaults.decay,
  },
  cache: {
    help: 'Also evaluate with a continuous cache: what followed similar states may follow again',
  },
  'cache-window': {
    value: 'N',
    type: positiveInteger,
    help: 'Number of recent states that --cache keeps',
    otherwise: cacheDefaults.window,
  },
  'cache-theta': {
    value: 'THETA',
    type: nonNegativeNumber,
    help: 'The higher, the more similar a state must be for --cache',
    otherwise: cacheDefaults.theta,
  },
  'cache-lambda': {
    value: 'P',
    type: share,
    help: 'Weight of the probability of --cache',
    otherwise: cacheDefaults.lambda,
  },
};

/** null without adaptation; throws UsageError for settings of an adaptation that is off. */
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
  throw new UsageError(
    `evaluate: got --${given} without --${name}; it needs what it belongs to. Add --${name}.`,
  );
}
