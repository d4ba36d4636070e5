import { type CacheOptions, cacheDefaults } from '../../training/adaptation/continuous-cache.ts';
import {
  checkedDynamic,
  type DynamicOptions,
  dynamicDefaults,
  scaledDefaults,
} from '../../training/adaptation/dynamic-evaluation.ts';
import type { Adaptation } from '../../training/evaluation/assess.ts';
import type { Option, Switch, Values } from '../command.ts';
import { UsageError } from './usage-error.ts';
import { nonNegativeNumber, positiveInteger, positiveNumber, rate, text } from './value-types.ts';

type AdaptationOptions = {
  readonly dynamic: Switch;
  readonly 'dynamic-lr': Option<number>;
  readonly 'dynamic-decay': Option<number>;
  readonly 'dynamic-text': Option<string>;
  readonly 'dynamic-epsilon': Option<number>;
  readonly cache: Switch;
  readonly 'cache-window': Option<number>;
  readonly 'cache-theta': Option<number>;
  readonly 'cache-lambda': Option<number>;
  readonly fit: Option<string>;
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
    otherwise: `${dynamicDefaults.lr}; ${scaledDefaults.lr} with --dynamic-text`,
  },
  'dynamic-decay': {
    value: 'P',
    type: rate,
    help: 'Rate at which --dynamic decays the weights back to the trained ones',
    otherwise: `${dynamicDefaults.decay}; ${scaledDefaults.decay} with --dynamic-text`,
  },
  'dynamic-text': {
    value: 'FILE',
    type: text,
    help: 'A text, best the training text: --dynamic scales the steps of each weight by its gradients on it',
  },
  'dynamic-epsilon': {
    value: 'NUMBER',
    type: positiveNumber,
    help: 'With --dynamic-text, added to the gradient scale of each weight, in units of their mean',
    otherwise: scaledDefaults.epsilon,
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
  fit: {
    value: 'FILE',
    type: text,
    help: 'Choose the settings of --dynamic and --cache that are not given on this validation text',
  },
};

/** The adaptation that the flags ask for, with the settings that are given, or null. Throws UsageError for flags that don't fit. */
export function readAdaptation(values: Values<AdaptationOptions>): Adaptation | null {
  for (const name of ['dynamic', 'cache'] as const) if (!values[name]) refuseSettings(values, name);
  if (values['dynamic-epsilon'] !== undefined && values['dynamic-text'] === undefined) {
    throw new UsageError('evaluate: got --dynamic-epsilon without --dynamic-text. Add --dynamic-text.');
  }
  if (!values.dynamic && !values.cache) {
    if (values.fit === undefined) return null;
    throw new UsageError('evaluate: got --fit without --dynamic or --cache. Add the one to fit, or both.');
  }
  const dynamic: DynamicOptions = given({
    lr: values['dynamic-lr'],
    decay: values['dynamic-decay'],
    epsilon: values['dynamic-epsilon'],
  });
  const cache: CacheOptions = given({
    window: values['cache-window'],
    theta: values['cache-theta'],
    lambda: values['cache-lambda'],
  });
  return { ...(values.dynamic && { dynamic }), ...(values.cache && { cache }) };
}

/** An adaptation with its defaults. */
export function withDefaults({ dynamic, cache }: Adaptation): Adaptation {
  return {
    ...(dynamic && { dynamic: { ...dynamic, ...settingsOf(dynamic) } }),
    ...(cache && { cache: { ...cacheDefaults, ...cache } }),
  };
}

/** The settings of dynamic evaluation as numbers, without the statistics. */
export function settingsOf(dynamic: DynamicOptions): DynamicOptions {
  const { lr, decay, epsilon } = checkedDynamic(dynamic);
  return { lr, decay, ...(dynamic.statistics && { epsilon }) };
}

/** The flags that repeat an adaptation. */
export function adaptationFlags({ dynamic, cache }: Adaptation): string {
  const flags = (way: string, settings: object) =>
    [`--${way}`, ...Object.entries(settings).map(([name, value]) => `--${way}-${name} ${value}`)].join(' ');
  const parts = [dynamic && flags('dynamic', settingsOf(dynamic)), cache && flags('cache', cache)];
  return parts.filter((part) => part !== undefined).join(' ');
}

function given<T extends object>(values: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof T]?: NonNullable<T[Name]> };
}

function refuseSettings(values: Values<AdaptationOptions>, name: 'dynamic' | 'cache'): void {
  const settings = Object.entries(values).filter(([flag]) => flag.startsWith(`${name}-`));
  const given = settings.find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  throw new UsageError(`evaluate: got --${given} without --${name}. Add --${name}.`);
}
