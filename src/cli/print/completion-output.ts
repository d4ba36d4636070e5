import { printable } from '../../data/texts/printable.ts';
import { type Completed, continuationOf, textOf } from '../../generation/writing/write-text.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { printModelText, printNotice } from '../terminal/streams.ts';
import type { OverlapSearch } from './overlap-report.ts';

interface Showing {
  /** Stop strings: a text ends before the first of them. */
  readonly stop: readonly string[];
  /** Finds the overlap with `--text`; null without it. */
  readonly overlap: OverlapSearch | null;
  readonly json: boolean;
}

/** Prints finished texts. */
export class CompletionOutput {
  readonly #saved: SavedModel;
  readonly #showing: Showing;

  constructor(saved: SavedModel, showing: Showing) {
    this.#saved = saved;
    this.#showing = showing;
  }

  show(written: Completed): Promise<void> {
    return this.#showing.json ? printModelText(`${this.#record(written)}\n`) : this.#tell(written);
  }

  /** Prints the prompt and its continuation, and the overlap with `--text` on stderr. */
  async #tell({ prompt, ids }: Completed): Promise<void> {
    const { stop, overlap } = this.#showing;
    const text = textOf(this.#saved, ids, stop, prompt);
    await printModelText(text.endsWith('\n') ? text : `${text}\n`);
    if (overlap) printNotice(printable(`generate: ${overlap.sentence(ids)}`));
  }

  #record(written: Completed): string {
    const { prompt, ids, facts } = written;
    const { stop, overlap } = this.#showing;
    return JSON.stringify({
      prompt: prompt.text,
      text: continuationOf(this.#saved, written, stop),
      tokens: ids.map((id) => this.#saved.vocabulary.tokenOf(id)),
      unknown: prompt.unknown,
      ...facts,
      ...(overlap && { memorised: overlap.report(ids) }),
    });
  }
}
