// How long somebody who types waits for suggestions: after a letter more, and after the space that ends a word.
//
//   npm run build && npx tsx bench/suggest.ts [threads]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { openBackend, Random, readModelFile, Suggester } from 'unrolled';
import { median, percentile } from './measure.ts';
import { randomText, writeModel } from './serve/model.ts';

if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const [threads = '2'] = process.argv.slice(2);
const WORDS = 10_000 - 2; // beside <eos> and <unk>
const LINES = 60;
const WORDS_A_LINE = 20;
const COUNT = 5;

/** Types lines letter by letter, each from an empty text on. → milliseconds a call */
function type(suggester: Suggester, lines: number): { letters: number[]; words: number[] } {
  const random = new Random(1);
  const waits = { letters: [] as number[], words: [] as number[] };
  for (let line = 0; line < lines; line++) {
    suggester.suggest('', COUNT);
    const text = `${randomText(random, WORDS_A_LINE, WORDS)} `;
    for (let end = 1; end <= text.length; end++) {
      const typed = text.slice(0, end);
      const began = performance.now();
      suggester.suggest(typed, COUNT);
      waits[typed.endsWith(' ') ? 'words' : 'letters'].push(performance.now() - began);
    }
  }
  return waits;
}

const milliseconds = (values: readonly number[]) =>
  [median(values), percentile(values, 0.99)].map((value) => value.toFixed(2).padStart(6)).join(' / ');

const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
try {
  const file = readFileSync(await writeModel(folder, { words: WORDS, width: 200 }));
  console.log('ms, median / p99      a letter more     a word more');
  for (const name of ['wasm', 'auto']) {
    const saved = readModelFile(file, await openBackend(name, { threads: Number(threads) }));
    type(new Suggester(saved), LINES / 4); // warms up
    const { letters, words } = type(new Suggester(saved), LINES);
    console.log(`${name.padEnd(18)} ${milliseconds(letters)}  ${milliseconds(words)}`);
    console.log(`  ${saved.model.backend.description}`);
    saved.model.backend.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
