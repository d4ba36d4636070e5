// Latency of suggestions while typing: for the next letter, and for the space after a word.
//
//   npm run build && npx tsx bench/suggest.ts [threads]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import {
  type Backend,
  BPETrainer,
  Corpus,
  configs,
  openBackend,
  type Param,
  Random,
  RecurrentLM,
  readModelFile,
  Suggester,
  type TextModel,
  type Vocabulary,
} from 'unrolled';
import { median, percentile } from './measure.ts';
import { randomText, writeModel } from './serve/model.ts';

if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const [threads = '2'] = process.argv.slice(2);
const WORDS = 10_000 - 2; // beside <eos> and <unk>
const PIECES = 4000;
const LINES = 60;
const WORDS_A_LINE = 20;
const COUNT = 5;

/** Types lines letter by letter, each starting from an empty text. Returns milliseconds per call. */
function type(suggester: Suggester, lines: readonly string[]): { letters: number[]; words: number[] } {
  const waits = { letters: [] as number[], words: [] as number[] };
  for (const text of lines) {
    suggester.suggest('', COUNT);
    for (let end = 1; end <= text.length; end++) {
      const typed = text.slice(0, end);
      const began = performance.now();
      suggester.suggest(typed, COUNT);
      waits[typed.endsWith(' ') ? 'words' : 'letters'].push(performance.now() - began);
    }
  }
  return waits;
}

function randomLines(count: number): string[] {
  const random = new Random(1);
  return Array.from({ length: count }, () => `${randomText(random, WORDS_A_LINE, WORDS)} `);
}

/** An LSTM over 4,000 pieces of the bundled speeches; only its bias is fitted, to their frequencies. */
function modelOfPieces(text: string, backend: Backend): TextModel {
  const trainer = new BPETrainer({ vocabSize: PIECES });
  trainer.push(text);
  const tokenizer = trainer.train();
  const vocabulary = tokenizer.fixedVocabulary() as Vocabulary;
  const config = configs.rnnlm({ vocabSize: vocabulary.size, embeddingSize: 200, hiddenSize: 200 });
  const model = new RecurrentLM(backend, config, new Random(1));
  const counts = new Float64Array(vocabulary.size).fill(0.1);
  for (const id of Corpus.encode(text, tokenizer, vocabulary).ids) counts[id]++;
  const bias = model.params.at(-1) as Param;
  backend.write(bias.value, counts.map(Math.log));
  return { model, tokenizer, vocabulary };
}

function report(name: string, saved: TextModel, lines: readonly string[]): void {
  type(new Suggester(saved), lines.slice(0, lines.length / 4)); // warms up
  const { letters, words } = type(new Suggester(saved), lines);
  console.log(`${name.padEnd(18)} ${milliseconds(letters)}  ${milliseconds(words)}`);
}

const milliseconds = (values: readonly number[]) =>
  [median(values), percentile(values, 0.99)].map((value) => value.toFixed(2).padStart(6)).join(' / ');

const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
const speeches = (name: string) =>
  readFileSync(new URL(`../dist/corpus/${name}.txt`, import.meta.url), 'utf8');
try {
  const file = readFileSync(await writeModel(folder, { words: WORDS, width: 200 }));
  const typed = speeches('test')
    .split('\n')
    .filter((line) => line.length > 60);
  console.log('ms, median / p99      next letter       next word');
  for (const name of ['wasm', 'auto']) {
    const backend = await openBackend(name, { threads: Number(threads) });
    report(`${name}, words`, readModelFile(file, backend), randomLines(LINES));
    const lines = typed.slice(0, LINES).map((line) => `${line.slice(0, 100)} `);
    report(`${name}, pieces`, modelOfPieces(speeches('train'), backend), lines);
    console.log(`  ${backend.description}`);
    backend.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
