/** How much of a text is held back, in UTF-16 units, until it is clear whether CR alone ends its lines. */
const MAX_HELD = 2 ** 16;

/** Whether CR alone ends the lines of a text, as on old Macs. */
export function endsLinesWithCr(text: string): boolean {
  return text.includes('\r') && !text.includes('\n');
}

/**
 * Writes the lines of a text that comes in chunks with LF where CR alone ends them: a text with CR and, as far as 65,536
 * units behind the first one, no LF. Any other text stays as it is.
 */
export class LineEnds {
  #held = '';
  /** Null until the text has a line end. */
  #isCr: boolean | null = null;

  /** Whether CR ends the lines. */
  get isCr(): boolean {
    return this.#isCr === true;
  }

  /** The text that is clear. */
  push(chunk: string): string {
    if (this.#isCr !== null) return this.#written(chunk);
    const text = this.#held + chunk;
    this.#held = '';
    if (text.includes('\n')) this.#isCr = false;
    else if (text.includes('\r')) {
      if (text.length < MAX_HELD) {
        this.#held = text;
        return '';
      }
      this.#isCr = true;
    }
    return this.#written(text);
  }

  /** What was held back. */
  end(): string {
    if (this.#held !== '') this.#isCr = true;
    const text = this.#written(this.#held);
    this.#held = '';
    return text;
  }

  #written(text: string): string {
    return this.#isCr ? text.replaceAll('\r', '\n') : text;
  }
}
