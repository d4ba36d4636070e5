import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { breaches, type Sources } from './support/house-rules.ts';

const src = fileURLToPath(new URL('../src', import.meta.url));

function readSources(): Sources {
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.map((path) => [path.split(sep).join('/'), readFileSync(join(src, path), 'utf8')]));
}

const one = (path: string, source: string): string[] => breaches(new Map([[path, source]]));

test('every module of src/ keeps the rules of the house', () => {
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(40);
  expect(breaches(sources)).toEqual([]);
});

describe('the rules can fail:', () => {
  test.each([
    ['tensor/arena.ts', `import { Backend } from '../backends/backend.ts';`],
    ['tensor/arena.ts', `import type { Backend } from '../backends/backend.ts';`],
    ['formats/safetensors.ts', `import { Tensor } from '../tensor/tensor.ts';`],
    ['data/corpus.ts', `import { Random } from '../tensor/random.ts';`],
    ['backends/wasm/wasm.ts', `import { RNN } from '../../layers/cells/rnn.ts';`],
    ['layers/time/rnn.ts', `import type { WasmBackend } from '../../backends/wasm/wasm.ts';`],
    ['layers/layer.ts', `import { Corpus } from '../data/corpus.ts';`],
    ['models/recurrent-lm.ts', `import { train } from '../training/train.ts';`],
    ['training/train.ts', `import { sample } from '../generation/sample.ts';`],
    ['training/train.ts', `import type { SampleOptions } from '../generation/sample.ts';`],
    ['generation/generate.ts', `import { train } from '../training/train.ts';`],
    ['generation/generate.ts', `import type { Backend } from '../backends/backend.ts';`],
    ['training/train.ts', `import { main } from '../cli/main.ts';`],
    ['recipe/plan.ts', `import { fileError } from '../cli/files/file-error.ts';`],
    ['training/train.ts', `import { presets } from '../recipe/presets.ts';`],
    ['index.ts', `export { main } from './cli/main.ts';`],
    ['training/train.ts', `import { Arena } from '../index.ts';`],
    ['errors.ts', `import { Arena } from './tensor/arena.ts';`],
    ['tensor/arena.ts', `const { openBackend } = await import('../backends/open.ts');`],
    ['tensor/arena.ts', `export let backend: import('../backends/backend.ts').Backend;`],
    ['elsewhere/new.ts', `import { Arena } from '../tensor/arena.ts';`],
  ])('%s may not: %s', (path, source) => {
    expect(one(path, source)).toEqual([expect.stringMatching(new RegExp(`^${path} imports [a-z/-]+\\.ts$`))]);
  });

  test.each([
    ['layers/layer.ts', `import { gemmSizes } from '../backends/backend.ts';`],
    ['layers/layer.ts', `import { type Backend } from '../backends/backend.ts';`],
    ['models/recurrent-lm.ts', `import { openBackend } from '../backends/open.ts';`],
    ['training/clip.ts', `import { Backend } from '../backends/backend.ts';`],
    ['recipe/plan.ts', `import { openBackend } from '../backends/open.ts';`],
    ['backends/wasm/threads/platform.ts', `import os from 'node:os';`],
    ['backends/wasm/blas/library.ts', `import koffi from 'koffi';`],
  ])('%s may import types only: %s', (path, source) => {
    expect(one(path, source)).toEqual([expect.stringContaining('it may with `import type` only')]);
  });

  test.each([
    ['data/corpus.ts', `import { readFileSync } from 'node:fs';`],
    ['data/corpus.ts', `import type { Stats } from 'node:fs';`],
    ['data/corpus.ts', `import 'node:process';`],
    ['recipe/store.ts', `import { readFileSync } from 'node:fs';`],
    ['layers/init.ts', `import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';`],
    ['backends/wasm/wasm.ts', `import koffi from 'koffi';`],
    ['backends/wasm/memory.ts', `import type { Worker } from 'node:worker_threads';`],
    ['cli/main.ts', `import citty from 'citty';`],
  ])('%s may not import a package: %s', (path, source) => {
    expect(one(path, source)).toHaveLength(1);
  });

  test.each([
    'process.exit(1)',
    'Buffer.from("")',
    'require("x")',
    'import.meta.dirname',
    'let t: NodeJS.Timeout',
  ])('src/training may not use %s', (source) => {
    expect(one('training/train.ts', `export const x = 1; ${source};`)).toEqual([
      expect.stringContaining('which only Node has'),
    ]);
    expect(one('cli/main.ts', source)).toEqual([]);
  });

  test('a barrel file below index.ts is a breach, by its name or by what it does', () => {
    expect(one('layers/index.ts', 'export const x = 1;')).toEqual(['layers/index.ts is a barrel file']);
    expect(one('recipe/index.ts', `export { presets } from './presets.ts';`)).toEqual([]);
    for (const source of [`export * from './init.ts';`, `export type { Param } from './layer.ts';`]) {
      expect(one('layers/all.ts', source)).toEqual([expect.stringContaining('only index.ts may')]);
    }
  });

  test('modules that load one another are a breach, whatever the length of the ring; types are none', () => {
    const ring = new Map([
      ['data/a.ts', `import { b } from './b.ts';`],
      ['data/b.ts', `import { c } from './deep/c.ts';`],
      ['data/deep/c.ts', `import { a } from '../a.ts';`],
    ]);
    expect(breaches(ring)).toEqual(['data/a.ts → data/b.ts → data/deep/c.ts → data/a.ts is a cycle']);
    expect(breaches(ring.set('data/deep/c.ts', `import type { a } from '../a.ts';`))).toEqual([]);
  });

  test('what looks like an import or a global and is none is no breach', () => {
    const source = `
      // import { readFileSync } from 'node:fs'; process.exit();
      const text = "import x from '../cli/main.ts'; Buffer";
      export const names = { process: 1, Buffer() {} };
      names.process;
      import type { Backend } from '../backends/backend.ts';
      import { UnrolledError } from '../errors.ts';`;
    expect(one('layers/layer.ts', source)).toEqual([]);
  });
});
