import type { RecurrentLM } from '../models/recurrent-lm.ts';

/** What training, evaluation and their adaptations need of a model; a `RecurrentLM` is one. */
export type TrainableModel = Pick<
  RecurrentLM,
  | 'backend'
  | 'config'
  | 'params'
  | 'masks'
  | 'place'
  | 'forward'
  | 'backward'
  | 'run'
  | 'call'
  | 'resetState'
  | 'carried'
  | 'carry'
  | 'save'
  | 'restore'
>;
