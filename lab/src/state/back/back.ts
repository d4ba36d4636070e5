import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { inAddress, numberInAddress, oneOf, view } from '../../address.ts';
import type { BlockGradients, BlockRequest, CellGradients } from '../../engine/gradients/calls.ts';
import type { ReadingFacts } from '../../engine/reading/calls.ts';
import { engine, followProgress } from '../engine.ts';
import { Latest } from '../latest.ts';
import { model } from '../models.ts';
import { isBusy as isReadingBusy, reading } from '../reading.ts';
import { type Block, blockAt, trainableSteps } from './block.ts';

export const MOST_T = 50;
/** T beside a model that does not say it. */
const UNKNOWN_T = 10;
/** Seconds for which the three small models are trained. */
export const TRAIN_SECONDS = 20;
/** The Wh slider counts in hundredths. */
export const SCALES = { least: 50, most: 200 } as const;

export const losses = ['last', 'all'] as const;
export const carries = ['stateful', 'stateless'] as const;
export const initials = ['normal', 'orthogonal'] as const;
export const states = ['h', 'c'] as const;

const chosenT: Signal<number> = numberInAddress('T', 0, MOST_T);
/** T: the steps of a block; those of the model's training until another number is chosen. */
export const T: { value: number } = {
  get value() {
    return chosenT.value || Math.min(MOST_T, model.value?.blockLength || UNKNOWN_T);
  },
  set value(steps) {
    chosenT.value = steps;
  },
};
/** Tokens between the end of the block and the end of the text. */
export const fromEnd: Signal<number> = numberInAddress('fromEnd', 0, 1_000_000);
export const loss: Signal<(typeof losses)[number]> = inAddress('loss', 'last', oneOf(losses));
export const carry: Signal<(typeof carries)[number]> = inAddress('carry', 'stateful', oneOf(carries));
export const initial: Signal<(typeof initials)[number]> = inAddress('initial', 'normal', oneOf(initials));
export const scale: Signal<number> = numberInAddress('whScale', 100, SCALES.most);
export const shownState: Signal<(typeof states)[number]> = inAddress('gradientOf', 'h', oneOf(states));
/** The layer, counted from the top one. */
export const layerFromTop: Signal<number> = numberInAddress('layer', 0, 20);

/** What is shown: the gradients of a block of a text that the model has read. */
export interface Shown {
  readonly text: ReadingFacts;
  readonly block: Block;
  readonly gradients: BlockGradients;
}

/** Null until it belongs to the model that is selected. */
export const own: Signal<Shown | null> = signal(null);
export const cells: Signal<readonly CellGradients[]> = signal([]);
export const error: Signal<string | null> = signal(null);
/** The share of the training of the small models that is done; null while they are not trained. */
export const training: Signal<number | null> = signal(null);
/** Tokens that each small model has read; null before. */
export const trainedTokens: Signal<number | null> = signal(null);

/** The last step of the block, from −1. */
export const lastStep: ReadonlySignal<number> = computed(() => {
  const steps = reading.value ? trainableSteps(reading.value) : 1;
  return Math.max(-1, steps - 2 - fromEnd.value);
});

/** What is to be shown; null in other views, until the selected model has read the text, and without a token to predict. */
const wanted: ReadonlySignal<Omit<Shown, 'gradients'> | null> = computed(() => {
  const text = reading.value;
  if (view.value !== 'time' || text?.model !== model.value?.id) return null;
  if (!text || trainableSteps(text) === 0) return null;
  return { text, block: blockAt(text, lastStep.value, Math.max(1, T.value)) };
});

const request: ReadonlySignal<BlockRequest | null> = computed(() => {
  if (!wanted.value) return null;
  const { text, block } = wanted.value;
  return { reading: text.id, ...block, loss: loss.value, isStateful: carry.value === 'stateful' };
});
/** The request whose answer, or error, is shown. */
const answered: Signal<BlockRequest | null> = signal(null);
/** Whether what is shown is about to be replaced. */
export const isBusy: ReadonlySignal<boolean> = computed(
  () => isReadingBusy.value || (request.value !== null && request.value !== answered.value),
);

const [latestOwn, latestCells] = [new Latest(), new Latest()];

effect(() => {
  const [what, asked] = [wanted.value, request.value];
  error.value = null;
  if (!what || !asked) {
    forgetShown();
    return;
  }
  void attempt(async () => {
    const gradients = await latestOwn.run((abort) => engine.callUntil(abort, 'blockGradients', asked));
    if (gradients) own.value = { ...what, gradients };
  }).then(() => {
    if (asked === request.peek()) answered.value = asked;
  });
  if (training.value !== null) return;
  const ofCells = { ...asked, initial: initial.value, scale: Math.max(SCALES.least, scale.value) / 100 };
  void attempt(async () => {
    const found = await latestCells.run((abort) => engine.callUntil(abort, 'cellGradients', ofCells));
    if (found) cells.value = found;
  });
});

/** What belongs to another model, or to the text before the last visit, is not shown. */
function forgetShown(): void {
  latestOwn.cancel();
  latestCells.cancel();
  own.value = null;
  cells.value = [];
}

const training20 = new Latest();

/** Trains the three small models on the text of the model. */
export async function trainCells(): Promise<void> {
  const facts = model.value;
  if (!facts) return;
  training.value = 0;
  const asked = { model: facts.id, initial: initial.value, seconds: TRAIN_SECONDS };
  try {
    const trained = await training20.run((abort) => engine.callUntil(abort, 'trainCells', asked));
    if (trained === null) return; // stopped
    trainedTokens.value = trained.tokens;
  } catch (failure) {
    error.value = (failure as Error).message;
  }
  training.value = null;
}

/** Ends the training; the small models are then as they were drawn. */
export function stopTraining(): void {
  training20.cancel();
  trainedTokens.value = training.value = null;
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    error.value = (failure as Error).message;
  }
}

followProgress('cells', training);

// Another model, or another beginning, has other small models.
effect(() => {
  void [model.value?.id, initial.value];
  stopTraining();
});
