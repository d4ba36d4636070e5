import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LETTERS = 'etaoinshrdlucmfwypvbgkjqxz';

/** xorshift32: the same text on every machine. */
function randomNumbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * Writes a text of about `bytes` bytes: lines of the bundled speeches in random order. About one word in `inventedIn` is
 * invented, so that new words keep occurring as in any long text.
 * @param {string} path
 * @param {number} bytes
 */
export function writeBigText(path, bytes, inventedIn = 25) {
  const corpus = fileURLToPath(new URL('../dist/corpus/train.txt', import.meta.url));
  const lines = readFileSync(corpus, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const below = randomNumbers(1);
  const file = openSync(path, 'w');
  for (let written = 0; written < bytes; ) {
    let text = '';
    while (text.length < 2 ** 20) text += `${lineOf(lines[below(lines.length)], below, inventedIn)}\n`;
    written += writeSync(file, text);
  }
  closeSync(file);
}

function lineOf(line, below, inventedIn) {
  const words = line.split(' ');
  for (let at = below(inventedIn); at < words.length; at += 1 + below(2 * inventedIn))
    words[at] = invented(below);
  return words.join(' ');
}

function invented(below) {
  let word = '';
  for (let length = 2 + below(9); length > 0; length--) word += LETTERS[Math.min(below(26), below(26))];
  return word;
}
