import type { Handlers } from '../calls.ts';
import type { RunFacts } from '../runs/calls.ts';
import type { Runs } from '../runs/runs.ts';
import type { OpenText } from '../text/open-text.ts';
import { trainBlocks } from './blocks.ts';
import type { ChapterCalls } from './calls.ts';
import { learnGoodbye } from './goodbye.ts';
import { gradientsOf } from './gradients.ts';
import { lossesOf } from './losses.ts';
import { memoryOf } from './memory.ts';
import { feed, oneStep } from './one-step.ts';
import { statesOf } from './states.ts';
import { streamRows } from './streams.ts';

/** What the tour's twelve steps compute, with the library's layers. */
export class Chapter {
  readonly #runs: Runs;
  readonly #text: OpenText;

  constructor(runs: Runs, text: OpenText) {
    this.#runs = runs;
    this.#text = text;
  }

  get handlers(): Handlers<ChapterCalls> {
    return {
      tourFeed: ({ word, h }) => feed(word, h),
      tourStep: ({ N }) => oneStep(N),
      tourStates: ({ steps, T, stateful }) => statesOf(steps, T, stateful),
      tourGradients: (request) => gradientsOf(request),
      tourMemory: (lengths) => memoryOf(lengths),
      tourBlocks: ({ blocks, T }) => trainBlocks(blocks, T),
      tourStreams: ({ N, T, block }) => streamRows(N, T, block),
      tourLosses: () => lossesOf(),
      tourGoodbye: (_, signal) => learnGoodbye(signal),
      tourTrain: ({ stateful }) => this.#startRun(stateful),
    };
  }

  /** The chapter's run: the first 1,000 words, of which none is held out. */
  #startRun(stateful: boolean): Promise<RunFacts> {
    const given = { tokens: 'word', maxTokens: 1000, stateful } as const;
    return this.#runs.start(this.#text.source, { given, minutes: null, preset: 'simple-rnnlm' });
  }
}
