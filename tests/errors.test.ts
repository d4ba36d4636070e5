import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openBackend } from '../src/backends/open.ts';
import { WasmMemory } from '../src/backends/wasm/memory.ts';
import { chooseSimd } from '../src/backends/wasm/module.ts';
import { checkNotFailed, createControl, fail, wordsOf } from '../src/backends/wasm/threads/control.ts';
import { parseArguments } from '../src/cli/arguments/parse.ts';
import { doctor } from '../src/cli/commands/doctor.ts';
import { notListening } from '../src/cli/commands/serve/not-listening.ts';
import type { Request } from '../src/cli/commands/train/request.ts';
import { checkTargets } from '../src/cli/commands/train/run.ts';
import { readBytes, readText } from '../src/cli/files/texts/read.ts';
import { checkWritable } from '../src/cli/files/write.ts';
import { StreamBatches } from '../src/data/batches/stream-batches.ts';
import { Corpus } from '../src/data/corpus.ts';
import { openTokenizer } from '../src/data/tokenizers/open.ts';
import { Vocabulary } from '../src/data/vocabulary/vocabulary.ts';
import { checkAgreement } from '../src/distributed/agreement.ts';
import type { Group } from '../src/distributed/group.ts';
import { MpiGroup } from '../src/distributed/mpi/mpi-group.ts';
import { openMpi } from '../src/distributed/mpi/open-mpi.ts';
import { single } from '../src/distributed/single.ts';
import { type ErrorCode, errorCodes, UnrolledError } from '../src/errors.ts';
import { fileError } from '../src/formats/file-error.ts';
import { writeSafetensors } from '../src/formats/safetensors.ts';
import { probabilities } from '../src/generation/sampling/sample.ts';
import { TimeSoftmaxWithLoss } from '../src/layers/time/softmax-with-loss.ts';
import type { RecurrentConfig } from '../src/models/config.ts';
import { readModelFile } from '../src/models/model-file.ts';
import type { ModelOptions } from '../src/models/model-options.ts';
import { RecurrentLM } from '../src/models/recurrent-lm.ts';
import { State } from '../src/models/state/state.ts';
import { checkWeights } from '../src/models/weights.ts';
import { latestCheckpoint } from '../src/recipe/run/checkpoints.ts';
import { MemoryStore } from '../src/recipe/store.ts';
import { Random } from '../src/tensor/random.ts';
import { SGD } from '../src/training/optimizers/sgd.ts';
import { train } from '../src/training/train.ts';

const backend = await openBackend('reference');
const config = { cell: 'rnn', vocabSize: 3, embeddingSize: 2, hiddenSize: 2, layers: 1 } as const;
const folder = mkdtempSync(join(tmpdir(), 'unrolled-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open(seed = 1, other: Partial<RecurrentConfig> = {}, options: ModelOptions = {}): RecurrentLM {
  return new RecurrentLM(backend, { ...config, ...other }, new Random(seed), options);
}

const vocabulary = Vocabulary.fromTokens(['a', 'b', 'c'], null);
const batches = (length: number) => new StreamBatches(new Int32Array(length), { N: 1, T: 2, end: 'cut' });

function read(metadata: Record<string, string>): unknown {
  return readModelFile(writeSafetensors(new Map(), metadata), backend);
}

/** What the operating system throws. */
const system = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'open' });

function refuse(code: string): never {
  throw fileError('file', system(code));
}

function file(bytes: readonly number[]): string {
  const path = join(folder, 'text');
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
}

async function diverge(): Promise<void> {
  const model = open();
  for (const { value } of model.params) value.set(value.values().fill(Number.NaN));
  const options = { batches: batches(9), optimizer: new SGD(backend, { lr: 1 }), epochs: 1 };
  for await (const _ of train(model, options));
}

function withoutSimd(): void {
  const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  try {
    chooseSimd();
  } finally {
    validate.mockRestore();
  }
}

function failThread(): void {
  const words = wordsOf(createControl(false, 0));
  fail(words, 'a worker thread failed');
  checkNotFailed(words);
}

const cases: Record<ErrorCode, () => unknown> = {
  shape: () => open().setState({ N: 1, layers: [] }),
  'call-order': () => new TimeSoftmaxWithLoss(backend).backward(),
  'option-value': () => new SGD(backend, { lr: 0 }),
  'option-conflict': () => open(1, { cell: 'mingru' }, { weightDrop: 0.5 }),
  'unknown-name': () => openTokenizer('syllable'),
  usage: () => parseArguments({ name: 'doctor', summary: '', ...doctor }, ['--no-such-flag']),
  config: () => open(1, { layers: 0 }),
  vocabulary: () => Vocabulary.fromTokens(['a', 'a'], null),
  weights: () => checkWeights(config, new Map(), 'model'),

  'id-range': () => vocabulary.tokenOf(3),
  'token-unknown': () => Corpus.encode('a d', openTokenizer('word'), vocabulary),
  'text-empty': () => Vocabulary.build([]),
  'text-short': () => batches(2),
  'not-utf8': () => readText(file([0xff])),

  'file-damaged': () => readModelFile(new Uint8Array(3), backend),
  'file-foreign': () => read({}),
  'file-version': () => read({ format: 'unrolled-model', version: '99' }),
  'state-foreign': () => State.fromBytes(State.start(open(1)).toBytes(), open(2)),
  'checkpoint-foreign': () => batches(9).restore({ time: 1 }),
  'checkpoint-missing': () => latestCheckpoint(new MemoryStore(), 'model.safetensors'),

  'file-missing': () => readBytes(join(folder, 'missing')),
  'file-permission': () => refuse('EACCES'),
  'file-kind': () => checkWritable(folder),
  'file-large': () => refuse('EFBIG'),
  'file-in-use': () => {
    const path = file([0x61]);
    checkTargets({ files: [path], out: path } as unknown as Request, undefined);
  },
  'file-system': () => refuse('EIO'),
  'disk-full': () => refuse('ENOSPC'),
  address: () => {
    throw notListening('serve', '127.0.0.1', 80, system('EADDRINUSE'));
  },

  diverged: diverge,
  'not-finite': () => probabilities(Float32Array.of(0, Number.NaN)),
  memory: () => new WasmMemory(false).ensure(2 ** 33),
  'backend-missing': withoutSimd,
  'thread-failed': failThread,

  'mpi-missing': async () => {
    vi.stubEnv('UNROLLED_MPI', '/nowhere/libmpi.so');
    const launch = { rank: 0, size: 2, kind: null, variable: 'PMIX_RANK' };
    await openMpi(launch, { script: new URL('data:,'), timeout: 60 }).finally(() => vi.unstubAllEnvs());
  },
  'ranks-differ': async () => {
    const bytes = (text: string) => new TextEncoder().encode(JSON.stringify(text));
    const other: Group = { ...single, names: ['rank 0', 'rank 1'], gather: async (own) => [own, bytes('2')] };
    await checkAgreement(other, 'train', [{ what: 'version', value: '1', advice: 'Install one version.' }]);
  },
  'rank-lost': async () => {
    const thread =
      "require('node:worker_threads').parentPort.postMessage({ report: 'ready', rank: 0, size: 2 }); process.exit()";
    const script = new URL(
      `data:text/javascript,import{createRequire}from'node:module';const require=createRequire('/');${thread}`,
    );
    const group = await MpiGroup.start(script, { file: '', timeout: 1 });
    await group.barrier();
  },
};

test.each(errorCodes)('%s is the code of an error that can occur', async (code) => {
  const error = await Promise.resolve()
    .then(cases[code])
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnrolledError);
  expect(error).toHaveProperty('code', code);
});

test('docs/errors.md lists the codes, in their order', () => {
  const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
  expect([...text.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, code]) => code)).toEqual([...errorCodes]);
});
