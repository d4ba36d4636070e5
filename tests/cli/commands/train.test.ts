import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { readModelFile } from '../../../src/models/model-file.ts';
import { jsonLines, metadataOf } from '../../support/output.ts';
import {
  type Finished,
  InProcess,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'more.txt': 'the hen barks .',
  'test.txt': `${sentences(20, 7)}the unicorn sings here .\n`,
  'emoji.txt': 'naïve 😀 日本\n'.repeat(60),
});

const train = (...args: string[]): Promise<Finished> => unrolled(folder, 'train', ...args);
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const metadata = (name: string, part: string) => JSON.parse(metadataOf(join(folder, name), part));

let first: Finished;
/** What the first run left beside the texts. */
let left: string[];
beforeAll(async () => {
  first = await train('train.txt', ...tiny, '--test', 'test.txt', '--log', 'run.jsonl', '--log-every', '10');
  left = readdirSync(folder)
    .filter((name) => !name.endsWith('.txt'))
    .sort();
});

test('training prints the text, the model, each epoch, the result and the next commands', () => {
  expect(first).toMatchObject({ status: 0, stderr: '' });
  const { stdout } = first;
  expect(stdout).toMatch(/text +train\.txt \([\d.]+ kB\); 945 word tokens for training/);
  expect(stdout).toMatch(/vocabulary +\d+ tokens; out of vocabulary: 0\.0% of valid, 1\.37% of test/);
  expect(stdout).toMatch(/model +1 rnn layer, embedding size 8, hidden size 12: \d+ parameters/);
  expect(stdout).toMatch(
    /epoch 1\/2 {2}train perplexity [\d.]+, \d\.\d{3} bits\/byte .*\n +valid perplexity [\d.]+, \d\.\d{3} bits\/byte {2}saved model\.safetensors\n/,
  );
  expect(stdout).toMatch(/unigram \(add-one\) +[\d.]+ +[\d.]+\n +bigram \(Kneser-Ney\) +[\d.]+ +[\d.]+/);
  expect(stdout).toMatch(/unrolled generate model\.safetensors --prompt the\n/);
});

test.each([
  ['--cell', 'lstm', '--tied', '--layers', '2', '--forget-bias', '1'],
  [
    '--cell',
    'lstm-cifg',
    '--forget-bias',
    '1',
    '--zoneout',
    '0.1',
    '--zoneout-cell',
    '0.5',
    '--weight-drop',
    '0.2',
  ],
  [
    '--cell',
    'mogrifier-lstm',
    '--mogrifier-rounds',
    '4',
    '--mogrifier-rank',
    '3',
    '--tied',
    '--layers',
    '2',
    '--weight-drop',
    '0.2',
  ],
  ['--cell', 'gru', '--reset-after'],
  ['--cell', 'rnn-relu'],
  ['--cell', 'mingru', '--dropout', '0.1', '--ar', '2', '--tar', '1'],
  ['--cell', 'minlstm', '--tied', '--layers', '2', '--forget-bias', '1'],
  ['--cell', 'lstm', '--zoneout', '0.1', '--zoneout-cell', '0.5'],
])('a model of %s %s is trained, evaluated, inspected and generated from', async (...flags) => {
  expect(await train('train.txt', ...tiny, ...flags, '--out', 'cell')).toMatchObject({
    status: 0,
    stderr: '',
  });
  const inspected = await unrolled(folder, 'inspect', 'cell');
  expect(inspected.stdout).toMatch(new RegExp(`cell +${flags[1]}, layers`));
  expect(inspected.stdout.includes(', tied')).toBe(flags.includes('--tied'));
  expect(inspected.stdout.includes(', 4 rounds, rank 3')).toBe(flags.includes('--mogrifier-rounds'));
  expect(inspected.stdout.includes(', zoneout 0.1, cell 0.5')).toBe(flags.includes('--zoneout'));
  expect(await unrolled(folder, 'evaluate', 'cell', 'test.txt')).toMatchObject({ status: 0 });
  expect(await unrolled(folder, 'generate', 'cell', '--length', '5')).toMatchObject({ status: 0 });
  rmSync(join(folder, 'cell'));
});

test.each([
  [
    ['--reset-after'],
    'train: --reset-after is true, --cell is "rnn"; it needs a cell with a reset gate: gru',
  ],
  [
    ['--mogrifier-rank', '4'],
    'train: --mogrifier-rank is 4, --cell is "rnn"; it needs a cell whose input and state modulate each other: mogrifier-lstm',
  ],
  [['--tied'], 'train: --hidden is 12, --embedding is 8; with tied weights, a single layer'],
  [
    ['--forget-bias', '1', '--cell', 'gru'],
    'train: --forget-bias is 1 and --cell is gru; it needs a cell with a forget gate: lstm',
  ],
  [
    ['--weight-drop', '0.5', '--cell', 'mingru'],
    'train: --weight-drop is 0.5 and --cell is mingru, which has no',
  ],
  [
    ['--zoneout', '0.1', '--cell', 'minlstm'],
    'train: --zoneout is 0.1, --cell is "minlstm", which has no zoneout',
  ],
  [['--zoneout', '1'], "--zoneout: got '1'; it needs a number from 0 to below 1"],
  [
    ['--zoneout-cell', '0.5'],
    'train: --zoneout-cell is 0.5, --cell is "rnn"; it needs a cell with a cell state c: lstm',
  ],
] as const)('flags that exclude each other are refused: %j', async (flags, message) => {
  const { status, stdout, stderr } = await train('train.txt', ...tiny, ...flags, '--out', 'none');
  expect({ status, stdout }).toEqual({ status: message.startsWith('--') ? 2 : 1, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^[^\n]+\n$/);
});

test('without a terminal there are no escape codes and no overwritten lines', () => {
  for (const code of ['\x1b', '\r']) expect(first.stdout).not.toContain(code);
});

test('a run leaves only the model and the log in the folder', () => {
  expect(left).toEqual(['model.safetensors', 'run.jsonl']);
});

test('the log has start, steps, epochs and result, one JSON object per line', () => {
  const log = jsonLines(bytes('run.jsonl').toString());
  const steps = log.filter(({ event }) => event === 'step').map(({ step }) => step);
  const epochs = log.filter(({ event }) => event === 'epoch');
  expect(log[0]).toMatchObject({ event: 'start', recipe: { hidden: 12, epochs: 2 }, stepsPerEpoch: 47 });
  expect(steps).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 47],
    [2, 94],
  ]);
  expect(epochs[1].trainPerplexity).toBeLessThan(epochs[0].trainPerplexity as number);
  expect(log.at(-1)).toMatchObject({ event: 'result', out: 'model.safetensors', epoch: 2, step: 94 });
});

test('the planned memory is printed before the run and is not exceeded', () => {
  const log = jsonLines(bytes('run.jsonl').toString());
  const { plannedBytes } = log[0] as unknown as { plannedBytes: number };
  const { memoryBytes } = log.at(-1) as unknown as { memoryBytes: number };
  expect(memoryBytes).toBeLessThanOrEqual(plannedBytes);
  expect(plannedBytes).toBeLessThanOrEqual(1.1 * memoryBytes);
  expect(first.stdout).toContain(`memory      ${(plannedBytes / 1e6).toFixed(1)} MB for weights, gradients`);
});

test('the model file has recipe, texts and results, but no dates', () => {
  expect(metadata('model.safetensors', 'recipe')).toMatchObject({
    tokens: 'word',
    validFraction: 0.1,
    seed: 1,
  });
  const { files, tokens, test: tested } = metadata('model.safetensors', 'corpus');
  expect(tokens).toBe(945);
  expect(files).toEqual([
    { name: 'train.txt', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: bytes('train.txt').length },
  ]);
  expect(tested).toMatchObject({ name: 'test.txt' });
  const results = metadata('model.safetensors', 'results');
  expect(results).toMatchObject({ epoch: 2, step: 94, test: { tokens: 146, unknownTokens: 2 } });
  expect(JSON.stringify(results)).not.toMatch(/second|date|time/i);
});

test('the same seed and text give the same bytes, another seed different ones', async () => {
  const again = await train('train.txt', ...tiny, '--test', 'test.txt', '--out', 'again', '--json');
  expect(again).toMatchObject({ status: 0, stderr: '' });
  expect(bytes('again').equals(bytes('model.safetensors'))).toBe(true);
  const events = jsonLines(again.stdout).map(({ event }) => event);
  expect(events.filter((event) => event !== 'checkpoint')).toEqual(['start', 'epoch', 'epoch', 'result']);
  await train('train.txt', ...tiny, '--test', 'test.txt', '--out', 'other', '--seed', '2', '--quiet');
  expect(bytes('other').equals(bytes('model.safetensors'))).toBe(false);
});

test('--quiet prints nothing; the last of two equal flags counts', async () => {
  const quiet = await train(
    'train.txt',
    ...tiny,
    '--out',
    'quiet',
    '--quiet',
    '--epochs',
    '9',
    '--epochs',
    '1',
  );
  expect(quiet).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(metadata('quiet', 'results')).toMatchObject({ epoch: 1 });
});

test('the file has the weights of the epoch with the lowest validation perplexity', async () => {
  const args = [
    '--epochs',
    '12',
    '--lr',
    '6',
    '--lr-decay',
    '1',
    '--clip',
    'none',
    '--hidden',
    '40',
    '--seed',
    '3',
  ];
  const { stdout } = await train('train.txt', ...tiny, ...args, '--out', 'best', '--json');
  const epochs = jsonLines(stdout).filter(({ event }) => event === 'epoch');
  const valids = epochs.map(({ validPerplexity }) => validPerplexity as number);
  const best = Math.min(...valids);
  expect(valids.at(-1)).toBeGreaterThan(best);
  const results = metadata('best', 'results');
  expect(results).toMatchObject({ epoch: valids.indexOf(best) + 1, validPerplexity: best });
  expect(results.valid.perplexity).toBeCloseTo(best, 6);
  expect(epochs.map(({ saved }) => saved)).toEqual(
    valids.map((valid, i) => valids.slice(0, i).every((earlier) => valid < earlier)),
  );
});

test('--init continues from the weights of a file', async () => {
  const start = jsonLines((await train('train.txt', ...tiny, '--out', 'a', '--json')).stdout);
  const more = jsonLines((await train('train.txt', ...tiny, '--init', 'a', '--out', 'a', '--json')).stdout);
  const epochs = (log: typeof start) => log.filter(({ event }) => event === 'epoch');
  expect(epochs(more)[0].trainPerplexity).toBeLessThan(epochs(start)[0].trainPerplexity as number);
  expect(epochs(more)[0].trainPerplexity).toBeLessThan(epochs(start)[1].trainPerplexity as number);
});

test('--init with another size or another vocabulary is refused, and the file is unchanged', async () => {
  const before = bytes('model.safetensors');
  const args = ['train.txt', ...tiny, '--init', 'model.safetensors'];
  const size = await train(...args, '--hidden', '13');
  expect(size).toMatchObject({ status: 1, stdout: '' });
  expect(size.stderr).toMatch(/^model\.safetensors: rnn\.0\.Wx is \(8, 12\); it must be \(8, 13\)\.\n$/);
  const vocabulary = await train(...args, '--vocab-size', '5');
  expect(vocabulary.stderr).toMatch(
    /^model\.safetensors: the file's vocabulary differs from that of the training text/,
  );
  expect(bytes('model.safetensors').equals(before)).toBe(true);
});

test('--stateless starts every block from the zero state and is stored in the recipe', async () => {
  await train('train.txt', ...tiny, '--stateless', '--out', 'stateless', '--quiet');
  await train('train.txt', ...tiny, '--out', 'stateful', '--quiet');
  expect(metadata('stateless', 'recipe')).toMatchObject({ stateful: false });
  const weights = (name: string) => readSafetensors(bytes(name)).tensors.get('rnn.0.Wh');
  expect(weights('stateless')).not.toEqual(weights('stateful'));
});

test.each(['char', 'byte'])('a %s model of a text with emoji trains and generates', async (kind) => {
  const out = `${kind}.safetensors`;
  const { status, stderr } = await train('emoji.txt', ...tiny, '--tokens', kind, '--out', out);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const written = await unrolled(folder, 'generate', out, '--prompt', 'naïve 😀', '--temperature', '0');
  expect(written).toMatchObject({ status: 0, stderr: '' });
  expect(written.stdout.startsWith('naïve 😀')).toBe(true);
  const { vocabulary } = readModelFile(bytes(out), await openBackend('reference'));
  expect(vocabulary.unknown).toBe(kind === 'char' ? '<unk>' : null);
  expect(vocabulary.has('😀')).toBe(kind === 'char');
});

test('several files are concatenated with a newline between them; --max-tokens uses the beginning', async () => {
  const args = [...tiny, '--valid', 'none', '--out', 'two', '--json'];
  const two = jsonLines((await train('more.txt', 'train.txt', ...args)).stdout);
  expect(two[0]).toMatchObject({
    trainTokens: 1050 + 5,
    corpus: { files: [{ bytes: 15 }, { bytes: bytes('train.txt').length }], tokens: 1050 + 5 },
  });
  expect(metadata('two', 'vocabulary').tokens.slice(0, 5)).toEqual(['the', 'hen', 'barks', '.', '<eos>']);
  const part = jsonLines((await train('train.txt', ...args, '--max-tokens', '40')).stdout);
  expect(part[0]).toMatchObject({ trainTokens: 40, recipe: { maxTokens: 40, validFraction: null } });
});

test('the vocabulary comes only from the training part', async () => {
  await train('train.txt', ...tiny, '--valid', 'test.txt', '--out', 'apart', '--quiet');
  expect(metadata('apart', 'vocabulary').tokens).not.toContain('unicorn');
  expect(metadata('apart', 'corpus')).toMatchObject({ valid: { name: 'test.txt' } });
  expect(metadata('apart', 'recipe')).toMatchObject({ validFraction: null });
});

test('a folder that vanishes during the run is reported, with status 1 at the end', async () => {
  mkdirSync(join(folder, 'gone'));
  const args = ['train', 'train.txt', ...tiny, '--epochs', '30', '--out', 'gone/m', '--json'];
  const run = new InProcess(args, folder);
  await run.says(/"event":"start"/);
  rmSync(join(folder, 'gone'), { recursive: true });
  const { status, stdout, stderr } = await run.finished();
  expect(status).toBe(1);
  expect(jsonLines(stdout).at(-1)).toEqual({ event: 'failed', message: stderr.trimEnd().split('\n').at(-1) });
  expect(stderr).toMatch(/^gone\/m: there is no such file or folder\. .* Training continues/m);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^gone\/m: there is no such file or folder/);
});
