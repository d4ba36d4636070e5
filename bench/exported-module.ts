// Sizes and speed of the ES modules that `export --to js` writes, beside ours.
//
//   npm run build && npx tsx bench/exported-module.ts [seconds]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';
import {
  BPETrainer,
  generate,
  openBackend,
  openTokenizer,
  Random,
  type RecurrentConfig,
  RecurrentLM,
  type Tokenizer,
  Vocabulary,
  writeModelFile,
} from 'unrolled';
import { exportModel } from 'unrolled/interop';
import { describeMachine } from './machine.ts';

if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
const seconds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'unrolled-module-'));
const backend = await openBackend('wasm', { threads: 1 });

function modelFile(config: Omit<RecurrentConfig, 'vocabSize'>, tokenizer: Tokenizer, V: number): Uint8Array {
  const words = ['<eos>', '<unk>', ...Array.from({ length: V - 2 }, (_, i) => `w${i}`)];
  const vocabulary = tokenizer.fixedVocabulary() ?? Vocabulary.fromTokens(words, '<unk>');
  const model = new RecurrentLM(backend, { ...config, vocabSize: vocabulary.size }, new Random(1));
  const none = { recipe: null, corpus: null, results: null, extras: new Map() };
  const file = writeModelFile({ model, tokenizer, vocabulary, ...none });
  model.dispose();
  return file;
}

function bpe(): Tokenizer {
  const trainer = new BPETrainer({ vocabSize: 300 });
  trainer.push('the cat sat on the mat and the dog sat on the log\n'.repeat(9));
  return trainer.train();
}

/** The code of a module in bytes: as it is, minified, minified and compressed. Vocabulary, merges and weights are not counted. */
async function sizes(cell: RecurrentConfig['cell'], tokenizer: Tokenizer): Promise<number[]> {
  const file = modelFile({ cell, embeddingSize: 4, hiddenSize: 4, layers: 1 }, tokenizer, 3);
  const { files } = await exportModel(file, { to: 'js', external: true });
  const text = Buffer.from(files.get('model.js')!).toString();
  const code = text.replaceAll(/^(const merges =|export const vocabulary =) \[[^;]*\];$/gm, '$1 [];');
  const { code: minified } = transformSync(code, { minify: true, format: 'esm' });
  return [code, minified, gzipSync(minified)].map(({ length }) => length);
}

async function reportSizes(): Promise<void> {
  const tokenizers = [...['word', 'char', 'byte'].map(openTokenizer), bpe()];
  console.log('| cell | tokenizer | code, B | minified, B | minified, gzip, B |\n|---|---|---|---|---|');
  for (const cell of ['rnn', 'lstm'] as const) {
    for (const tokenizer of tokenizers) {
      console.log(`| ${cell} | ${tokenizer.kind} | ${(await sizes(cell, tokenizer)).join(' | ')} |`);
    }
  }
}

/** Seconds of processor time so far: other programs on the machine disturb it least. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Tokens per second of a function that writes some. */
async function speed(write: (length: number) => unknown): Promise<number> {
  await write(20);
  let tokens = 0;
  const began = now();
  while (now() - began < seconds) {
    await write(20);
    tokens += 20;
  }
  return tokens / (now() - began);
}

/** Milliseconds of processor time until a new process has imported a module and decoded its weights. */
function readyTime(path: string): string {
  const code = `const { start } = await import(${JSON.stringify(pathToFileURL(path).href)}); start();
    const { user, system } = process.cpuUsage(); console.log(Math.round((user + system) / 1000));`;
  const run = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return run.trim();
}

async function reportSpeed(H: number): Promise<void> {
  const config = { cell: 'lstm', embeddingSize: H, hiddenSize: H, layers: 2 } as const;
  const file = modelFile(config, openTokenizer('word'), 10_000);
  for (const float16 of [false, true]) {
    const { files } = await exportModel(file, { to: 'js', float16 });
    const bytes = files.get('model.js')!;
    const path = join(folder, `model-${H}-${float16}.js`);
    writeFileSync(path, bytes);
    const module = await import(pathToFileURL(path).href);
    const rate = float16
      ? ''
      : `${(await speed((length) => module.generate({ length }))).toFixed(1)} tokens/s, `;
    const form = float16 ? 'float16' : 'float32';
    console.log(
      `2 × LSTM ${H}, module, ${form}: ${rate}${(bytes.length / 1e6).toFixed(1)} MB, ready in ${readyTime(path)} ms`,
    );
  }
  const model = new RecurrentLM(backend, { ...config, vocabSize: 10_000 }, new Random(1));
  const ours = await speed(async (length) => {
    for await (const _ of generate(model, { prompt: [0], random: new Random(1), length, temperature: 0.8 }));
  });
  console.log(`2 × LSTM ${H}, ${backend.description}: ${ours.toFixed(1)} tokens/s`);
  model.dispose();
}

const { cpu, cores, node } = describeMachine();
console.log(`${cpu}, ${cores} cores, Node ${node}\n`);
await reportSizes();
for (const H of [200, 650]) await reportSpeed(H);
rmSync(folder, { recursive: true });
await backend.close();
