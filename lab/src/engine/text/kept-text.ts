import { type SourceText, sourceText } from 'unrolled/recipe';
import type { OverflowStore } from '../store/overflow-store.ts';

const FILE = 'open-text';

/** The text that was opened last, in the store: its name as JSON on the first line, then the text. */
export class KeptText {
  readonly #store: OverflowStore;

  constructor(store: OverflowStore) {
    this.#store = store;
  }

  /** Null if none is kept. */
  async read(): Promise<SourceText | null> {
    const [file] = await this.#store.list(FILE);
    if (file === undefined) return null;
    const kept = new TextDecoder().decode(await this.#store.read(file));
    const lineEnd = kept.indexOf('\n');
    return sourceText(kept.slice(lineEnd + 1), JSON.parse(kept.slice(0, lineEnd)));
  }

  async write({ name, text }: SourceText): Promise<void> {
    await this.#store.write(FILE, new TextEncoder().encode(`${JSON.stringify(name)}\n${text}`));
  }

  async remove(): Promise<void> {
    await this.#store.remove(FILE);
  }
}
