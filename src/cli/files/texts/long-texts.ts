import { statSync } from 'node:fs';
import { UnrolledError } from '../../../errors.ts';
import type { FileInfo, SourceText, StreamedText } from '../../../recipe/text/training-data.ts';
import { host } from '../../terminal/host.ts';
import { displayName, isStandardInput } from '../standard-input.ts';
import { type ReadOptions, streamTexts } from './stream-texts.ts';

/** The most text to keep in memory, in bytes of UTF-8. Tests set another limit. */
function maxTextBytes(): number {
  return Number(host().env.UNROLLED_MOST_HELD ?? 2 ** 26);
}

/** Whether a text can be read more than once. */
export function isRereadable(path: string): boolean {
  return !isStandardInput(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Reads texts that are concatenated: kept in memory, or streamed if they have more than 64 MB together. Each file must be
 * readable again. Throws UnrolledError as `streamTexts` does.
 */
export async function readLongTexts(
  paths: readonly string[],
  options: ReadOptions,
): Promise<readonly (SourceText | StreamedText)[]> {
  const sizes = paths.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const collector = new TextCollector(sizes.reduce((sum, size) => sum + size, 0) <= maxTextBytes());
  for await (const { file, text, end } of streamTexts(paths, options)) {
    collector.add(text);
    if (end) collector.end(file, end, options);
  }
  return collector.texts;
}

/** Collects texts file by file, and stops keeping them in memory once they are too long. */
class TextCollector {
  texts: (SourceText | StreamedText)[] = [];
  readonly #streamed: StreamedText[] = [];
  #isInMemory: boolean;
  #bytes = 0;
  #parts: string[] = [];
  #length = 0;
  #endsLine = false;

  constructor(isInMemory: boolean) {
    this.#isInMemory = isInMemory;
  }

  add(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    this.#isInMemory &&= this.#bytes <= maxTextBytes();
    if (this.#isInMemory) this.#parts.push(text);
    else this.#parts = [];
    this.#length += text.length;
    if (text !== '') this.#endsLine = text.endsWith('\n');
  }

  end(path: string, info: FileInfo, options: ReadOptions): void {
    const [length, endsLine] = [this.#length, this.#endsLine];
    this.#streamed.push({ ...info, length, endsLine, chunks: () => readAgain(path, info, options) });
    if (this.#isInMemory) this.texts.push({ ...info, text: this.#parts.join('') });
    else this.texts = this.#streamed;
    this.#parts = [];
    this.#length = 0;
  }
}

/** Reads a file again. Throws UnrolledError if it has changed. */
async function* readAgain(
  path: string,
  before: FileInfo,
  { encoding, signal }: ReadOptions,
): AsyncGenerator<string, void> {
  for await (const { text, end } of streamTexts([path], { encoding, signal })) {
    if (text !== '') yield text;
    if (end && end.sha256 !== before.sha256) throw changed(path);
  }
}

function changed(path: string): UnrolledError {
  return new UnrolledError(
    'file-in-use',
    `${displayName(path)}: the file has changed since it was first read; it must not change during a run. ` +
      'Wait for the program that writes it, or use a copy.',
  );
}
