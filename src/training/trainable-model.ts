import type { RecurrentLM } from '../models/recurrent-lm.ts';

/** The members of `RecurrentLM` that training and evaluation use. */
export type TrainableModel = Pick<
  RecurrentLM,
  | 'backend'
  | 'config'
  | 'params'
  | 'masks'
  | 'place'
  | 'forward'
  | 'backward'
  | 'backwardInSteps'
  | 'run'
  | 'state'
  | 'read'
  | 'call'
  | 'resetState'
  | 'carried'
  | 'carry'
  | 'save'
  | 'restore'
>;
