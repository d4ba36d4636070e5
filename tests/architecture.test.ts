import { describe, expect, test } from 'vitest';
import { breaches, MAY_IMPORT } from './support/house-rules.ts';
import { readSources } from './support/read-sources.ts';

const one = (path: string, source: string): string[] => breaches(new Map([[path, source]]));

test('every module of src/ follows the architecture rules', () => {
  const sources = readSources();
  const rooms = new Set(Array.from(sources.keys(), (path) => path.split('/')[0]));
  for (const room of Object.keys(MAY_IMPORT)) expect(rooms, 'all of src/ is read').toContain(room);
  expect(breaches(sources)).toEqual([]);
});

describe('the rules detect:', () => {
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
    ['recipe/plan.ts', `import { readText } from '../cli/files/read.ts';`],
    ['training/train.ts', `import { presets } from '../recipe/presets.ts';`],
    ['index.ts', `export { main } from './cli/main.ts';`],
    ['serving/score.ts', `import { readText } from '../cli/files/read.ts';`],
    ['serving/score.ts', `import { Server } from './node/server.ts';`],
    ['serving/index.ts', `export { Server } from './node/server.ts';`],
    ['serving/node/server.ts', `import { readText } from '../../cli/files/read.ts';`],
    ['serving/score.ts', `import type { Backend } from '../backends/backend.ts';`],
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
    ['serving/score.ts', `import { randomUUID } from 'node:crypto';`],
    ['layers/init.ts', `import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';`],
    ['backends/wasm/wasm.ts', `import koffi from 'koffi';`],
    ['backends/wasm/memory.ts', `import type { Worker } from 'node:worker_threads';`],
    ['backends/wasm/threads/pool.ts', `import type { Worker } from 'node:worker_threads';`],
    ['recipe/run/run.ts', `import { writeFileSync } from 'node:fs';`],
    ['serving/scheduling/batcher.ts', `import { setTimeout } from 'node:timers/promises';`],
    ['distributed/single.ts', `import { spawn } from 'node:child_process';`],
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
  ])('src/training and src/serving may not use %s', (source) => {
    expect(one('training/train.ts', `export const x = 1; ${source};`)).toEqual([
      expect.stringContaining('which only Node has'),
    ]);
    expect(one('cli/main.ts', source)).toEqual([]);
    expect(one('serving/node/server.ts', source)).toEqual([]);
    expect(one('serving/scheduling/batcher.ts', source)).toHaveLength(1);
  });

  test.each([
    ['x.view()', 'view'],
    ['this.sum.item()', 'item'],
    ['param.value.values()', 'values'],
    ['await this.backend.read(losses)', 'read'],
    ['backend.readSync?.(losses)', 'readSync'],
  ])('a layer may not read numbers, as %s does; higher modules may', (call, name) => {
    const source = `class A { async f() { ${call}; } }`;
    expect(one('layers/time/affine.ts', source)).toEqual([`layers/time/affine.ts calls ${name}()`]);
    expect(one('layers/time/affine.ts', `x.part(shape); ${name}(x); x.${name};`)).toEqual([]);
    expect(one('training/clip.ts', source)).toEqual([]);
  });

  test('a folder of more than 16 entries is a violation, subfolders included; layers/time is exempt', () => {
    const filesOf = (folder: string, count: number) =>
      Array.from({ length: count }, (_, i): [string, string] => [`${folder}/file${i}.ts`, '']);
    expect(breaches(new Map(filesOf('data', 16)))).toEqual([]);
    expect(breaches(new Map(filesOf('data', 17)))).toEqual(['data has 17 entries: 16 at most']);
    const withFolder = new Map([...filesOf('data/deep', 2), ...filesOf('data', 16)]);
    expect(breaches(withFolder)).toEqual(['data has 17 entries: 16 at most']);
    expect(breaches(new Map(filesOf('layers/time', 30)))).toEqual([]);
  });

  test('only the entry points of the package re-export other modules', () => {
    for (const room of ['recipe', 'serving', 'interop']) {
      expect(one(`${room}/index.ts`, `export { x } from './x.ts';`)).toEqual([]);
      expect(one(`${room}/deep/index.ts`, 'export const x = 1;')).toHaveLength(1);
    }
  });

  test('a barrel file below index.ts is a violation, by its name or its contents', () => {
    expect(one('layers/index.ts', 'export const x = 1;')).toEqual(['layers/index.ts is a barrel file']);
    expect(one('recipe/index.ts', `export { presets } from './presets.ts';`)).toEqual([]);
    for (const source of [`export * from './init.ts';`, `export type { Param } from './layer.ts';`]) {
      expect(one('layers/all.ts', source)).toEqual([expect.stringContaining('only index.ts may')]);
    }
  });

  test('import cycles of any length are violations, type imports included', () => {
    const ring = new Map([
      ['data/a.ts', `import { b } from './b.ts';`],
      ['data/b.ts', `import { c } from './deep/c.ts';`],
      ['data/deep/c.ts', `import { a } from '../a.ts';`],
    ]);
    const cycle = ['data/a.ts → data/b.ts → data/deep/c.ts → data/a.ts is a cycle'];
    expect(breaches(ring)).toEqual(cycle);
    expect(breaches(ring.set('data/deep/c.ts', `import type { a } from '../a.ts';`))).toEqual(cycle);
    expect(breaches(ring.set('data/deep/c.ts', `let a: import('../a.ts').A;`))).toEqual(cycle);
    expect(breaches(ring.set('data/deep/c.ts', ''))).toEqual([]);
  });

  test('text that only looks like an import or a global is not a violation', () => {
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
