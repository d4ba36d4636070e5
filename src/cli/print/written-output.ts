import { type Completed, continuationOf, textOf } from '../../generation/writing/write-text.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { printModelText, say } from '../terminal/streams.ts';
import { printable } from '../terminal/style.ts';
import type { MemorySearch } from './overlap-report.ts';

interface Showing {
  /** Strings that end a text before them. */
  readonly stop: readonly string[];
  /** The text to compare with. */
  readonly memory: MemorySearch | null;
  readonly json: boolean;
}

/** Prints texts that are done. */
export class WrittenOutput {
  readonly #saved: SavedModel;
  readonly #showing: Showing;

  constructor(saved: SavedModel, showing: Showing) {
    this.#saved = saved;
    this.#showing = showing;
  }

  show(written: Completed): Promise<void> {
    return this.#showing.json ? printModelText(`${this.#record(written)}\n`) : this.#tell(written);
  }

  /** Prints the prompt and its text, and on stderr what of it stands in the text to compare with. */
  async #tell({ prompt, ids }: Completed): Promise<void> {
    const { stop, memory } = this.#showing;
    const text = textOf(this.#saved, ids, stop, prompt);
    await printModelText(text.endsWith('\n') ? text : `${text}\n`);
    if (memory) say(printable(`generate: ${memory.sentence(ids)}`));
  }

  #record(written: Completed): string {
    const { prompt, ids, facts } = written;
    const { stop, memory } = this.#showing;
    return JSON.stringify({
      prompt: prompt.text,
      text: continuationOf(this.#saved, written, stop),
      tokens: ids.map((id) => this.#saved.vocabulary.tokenOf(id)),
      unknown: prompt.unknown,
      ...facts,
      ...(memory && { memorised: memory.report(ids) }),
    });
  }
}
