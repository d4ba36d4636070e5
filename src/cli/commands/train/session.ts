import { basename, dirname } from 'node:path';
import { printable } from '../../../data/texts/printable.ts';
import { TokenFileError } from '../../../formats/text/token-file/layout.ts';
import type { RunEvent } from '../../../recipe/run/events.ts';
import { stemOf } from '../../../recipe/store.ts';
import { isAnyStreamed } from '../../../recipe/text/prepare-texts.ts';
import type { Streaming } from '../../../recipe/text/streamed/prepare-streamed.ts';
import type { AnyTexts } from '../../../recipe/text/training-data.ts';
import { TokenFolder } from '../../files/run/token-folder.ts';
import type { ReadingProgress } from '../../print/reading-progress.ts';
import { host } from '../../terminal/host.ts';
import { type Interrupt, listenForInterrupt } from '../../terminal/interrupt.ts';
import { printNotice } from '../../terminal/streams.ts';

interface SessionOptions {
  readonly out: string;
  readonly tokenCache: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The interruption and the token files of a training command. */
export class Session {
  /** Aborted when standard output has failed, which stops the run as Ctrl-C does. */
  readonly output: AbortSignal;
  readonly #options: SessionOptions;
  #interrupt: Interrupt | null = null;
  #ownFolder: TokenFolder | null = null;
  #isTraining = false;

  constructor(options: SessionOptions, output: AbortSignal) {
    this.#options = options;
    this.output = output;
  }

  /** From the first use, Ctrl-C aborts the signal instead of ending the process. */
  get interrupt(): Interrupt {
    this.#interrupt ??= listenForInterrupt(() => {
      const { quiet, json } = this.#options;
      const under = host().stdout.isTTY ? '\n' : '';
      const how = this.#isTraining ? 'Stopping after this step' : 'Stopping';
      if (!quiet && !json) printNotice(`${under}${how}. Press Ctrl-C again to quit at once.`);
    }, this.output);
    return this.#interrupt;
  }

  /** Whether an error is only the result of an interruption. */
  hasCaused(error: unknown): boolean {
    return this.#interrupt?.hasCaused(error) === true;
  }

  /** How to stream texts that are too long to keep in memory; null if none is. */
  streaming(texts: AnyTexts, progress: ReadingProgress): Streaming | null {
    if (!isAnyStreamed(texts)) return null;
    progress.total(texts.train.reduce((sum, { bytes }) => sum + bytes, 0));
    const { out, tokenCache } = this.#options;
    if (tokenCache === undefined)
      this.#ownFolder = new TokenFolder(dirname(out), `${basename(stemOf(out))}.`);
    return {
      store: this.#ownFolder ?? new TokenFolder(tokenCache as string),
      signal: this.interrupt.signal,
      onUnusable: (error) => {
        const problem = error instanceof TokenFileError ? error.problem : error.message;
        printNotice(printable(`${problem} It will be rebuilt.`));
      },
    };
  }

  /** Waits for the plan. If planning fails, the token files that were created for it are removed. */
  async planned<Plan>(plan: Promise<Plan>): Promise<Plan> {
    try {
      return await plan;
    } catch (error) {
      this.#ownFolder?.removeMade();
      throw error;
    }
  }

  /** Marks the start of training. */
  begin(): void {
    this.#isTraining = true;
  }

  /** Removes the token files next to the model file, unless the run can be resumed. */
  end(last: RunEvent | undefined): void {
    const isOpen = last?.event === 'interrupted' && last.checkpoint !== null;
    if (!isOpen) this.#ownFolder?.removeUsed();
  }
}
