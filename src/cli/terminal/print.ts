import { once } from 'node:events';
import { printableText } from './style.ts';

/** Writes to standard output. Resolves when a slow reader has caught up, so that an endless text never piles up. */
export async function print(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** The same for a model's text, which must not steer a terminal. */
export function printModelText(text: string): Promise<void> {
  return print(process.stdout.isTTY ? printableText(text) : text);
}
