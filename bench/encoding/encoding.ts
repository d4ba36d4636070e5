import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BPETrainer, writeTokenizerJSON } from 'unrolled';
import type { EncodeJob } from '../configs.ts';
import type { ContenderSpec } from '../contender.ts';
import type { Absent } from '../contenders.ts';
import { type Race, type RaceOptions, race } from '../race.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const VOCABULARY = 8000;

/** Speed of byte-level BPE encoding of the bundled speeches with one thread, in megabytes of text per second. */
export async function measureEncoding(pythons: readonly string[], options: RaceOptions): Promise<Race> {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-'));
  try {
    const text = here('../../dist/corpus/train.txt');
    const trainer = new BPETrainer({ vocabSize: VOCABULARY });
    trainer.push(readFileSync(text, 'utf8'));
    const tokenizer = join(folder, 'tokenizer.json');
    writeFileSync(tokenizer, writeTokenizerJSON(trainer.train()));
    const job: EncodeJob = { kind: 'encode', text, tokenizer };
    const { specs, absent } = contenders(pythons);
    const unitsPerStep = readFileSync(text).length / 1e6;
    const run = await race(
      specs.map((spec) => ({ name: spec.name, spec, job, unitsPerStep })),
      options,
    );
    return { rows: run.rows, absent: [...absent, ...run.absent] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function contenders(pythons: readonly string[]): { specs: ContenderSpec[]; absent: Absent[] } {
  const common = { threads: 1, kinds: ['encode'] as const };
  const args = ['--import', import.meta.resolve('tsx'), here('./child.ts')];
  const specs: ContenderSpec[] = [
    { ...common, name: 'unrolled', family: 'ours', command: process.execPath, args, env: {} },
  ];
  const absent: Absent[] = [];
  for (const python of pythons) {
    const version = versionIn(python);
    if (version === null) {
      absent.push({ name: `tokenizers of ${python}`, reason: 'it has no module tokenizers' });
      continue;
    }
    const env = { TOKENIZERS_PARALLELISM: 'false', RAYON_NUM_THREADS: '1' };
    const name = `tokenizers ${version}`;
    specs.push({
      ...common,
      ...{ name, family: 'tokenizers', command: python, args: [here('../peers/encode.py')], env },
    });
  }
  return { specs, absent };
}

function versionIn(python: string): string | null {
  const probe = 'import tokenizers; print(tokenizers.__version__)';
  const { status, stdout } = spawnSync(python, ['-c', probe], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
