import type { StartEvent } from 'unrolled/recipe';
import type { RunFacts, RunMessage } from '../engine/runs/calls.ts';

/** A point of a curve: seconds of training and a perplexity. */
export interface Point {
  readonly seconds: number;
  readonly perplexity: number;
}

/** The validation perplexity after an epoch. */
export interface EpochPoint extends Point {
  readonly epoch: number;
}

/** A step of a run: seconds of training, and what the optimizer got. */
export interface LearningPoint {
  readonly seconds: number;
  /** Null without clipping, which measures it. */
  readonly gradientNorm: number | null;
  readonly lr: number;
}

/** What the model wrote after an epoch. */
export interface EpochSample {
  readonly epoch: number;
  readonly seconds: number;
  readonly text: string;
}

/** A run as the page knows it. */
export interface ShownRun {
  readonly facts: RunFacts;
  readonly start: StartEvent | null;
  /** The training perplexity of the most recent steps at each point. */
  readonly train: readonly Point[];
  /** The training perplexity of the epoch so far; null before the first step. */
  readonly trainPerplexity: number | null;
  readonly valid: readonly EpochPoint[];
  /** The epoch with the lowest validation perplexity; null before the first one. */
  readonly best: EpochPoint | null;
  readonly learning: readonly LearningPoint[];
  readonly samples: readonly EpochSample[];
  readonly baselines: { readonly unigram: number; readonly bigram: number } | null;
  readonly epoch: number;
  readonly share: number;
  readonly tokensPerSecond: number | null;
}

/** The most points of a curve: beyond that, every other one goes. */
export const MOST_POINTS = 2000;

/** A run of which nothing was told yet. */
export function newRun(facts: RunFacts): ShownRun {
  const curves = { train: [], valid: [], best: null, learning: [], samples: [], baselines: null };
  return { facts, start: null, ...curves, epoch: 0, share: 0, trainPerplexity: null, tokensPerSecond: null };
}

/** `run-1`, the name of its model file without the ending. */
export function titleOf({ facts }: Pick<ShownRun, 'facts'>): string {
  return facts.name.replace('.safetensors', '');
}

type EventMessage = Extract<RunMessage, { readonly kind: 'event' }>;

type Growing = {
  -readonly [Name in keyof ShownRun]: ShownRun[Name] extends readonly (infer Item)[]
    ? Item[]
    : ShownRun[Name];
};

/** The run after some messages. Curves are copied once, whatever the number of messages. */
export function afterMessages(run: ShownRun, messages: readonly RunMessage[]): ShownRun {
  const { train, valid, learning, samples } = run;
  const lists = { train: [...train], valid: [...valid], learning: [...learning], samples: [...samples] };
  const next: Growing = { ...run, ...lists };
  for (const message of messages) {
    if (message.kind === 'event') addEvent(next, message);
    else if (message.kind === 'sample') addSample(next, message);
    else next.baselines = { unigram: message.unigram, bigram: message.bigram };
  }
  const thin = { train: thinned(next.train), valid: thinned(next.valid), learning: thinned(next.learning) };
  return { ...next, ...thin };
}

function addEvent(run: Growing, { event, seconds, recentPerplexity }: EventMessage): void {
  if (event.event === 'start') {
    // A run without a checkpoint begins again.
    if (event.resumed === null) Object.assign(run, newRun(run.facts), { baselines: run.baselines });
    run.start = withReasons(event, run.start);
  }
  if (event.event === 'replan' && run.start) run.start = { ...run.start, recipe: event.recipe };
  if (event.event !== 'step' && event.event !== 'epoch') return;
  const { epoch, tokensPerSecond, trainPerplexity } = event;
  Object.assign(run, {
    epoch,
    tokensPerSecond,
    trainPerplexity,
    share: event.event === 'step' ? event.share : 1,
  });
  run.train.push({ seconds, perplexity: recentPerplexity ?? trainPerplexity });
  if (event.event === 'step') {
    run.learning.push({ seconds, gradientNorm: event.gradientNorm, lr: event.lr });
  } else if (event.validPerplexity !== null) {
    const point = { epoch, seconds, perplexity: event.validPerplexity };
    run.valid.push(point);
    if (run.best === null || point.perplexity < run.best.perplexity) run.best = point;
  }
}

/** A run that is resumed chooses nothing: the reasons are those of its first start. */
function withReasons(start: StartEvent, before: StartEvent | null): StartEvent {
  return before && start.chosen.length === 0 ? { ...start, chosen: before.chosen } : start;
}

/** A sample belongs to the point of its epoch. */
function addSample(run: Growing, { epoch, text }: { readonly epoch: number; readonly text: string }): void {
  run.samples.push({ epoch, text, seconds: run.train.at(-1)?.seconds ?? 0 });
}

/** At most `MOST_POINTS`: the first and the newest one stay. */
function thinned<T>(points: T[]): T[] {
  let kept = points;
  while (kept.length > MOST_POINTS) {
    const last = kept.length - 1;
    kept = kept.filter((_, i) => i % 2 === 0 || i === last);
  }
  return kept;
}
