import { UnrolledError } from '../../errors.ts';
import { readText } from './texts/read.ts';

/** The API keys in a file, one per line; blank lines and lines that begin with # are ignored. Throws UnrolledError if there is none. */
export async function readKeys(path: string): Promise<string[]> {
  const { text } = await readText(path);
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const odd = keys.find((key) => /[^\x21-\x7e]/.test(key));
  if (odd !== undefined) {
    throw new UnrolledError(
      'file-damaged',
      `${path}: line ${lines.indexOf(odd) + 1} has a space or a non-ASCII character; a key has neither. Write one key per line.`,
    );
  }
  if (keys.length > 0) return keys;
  throw new UnrolledError('text-empty', `${path}: the file has no key; it needs one key per line. Add one.`);
}
