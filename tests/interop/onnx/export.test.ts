import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportModel } from '../../../src/interop/export-model.ts';
import { largestDifference, pythonWith, randomModelFile } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';
import { blocks, configs, exactLogits } from './cases.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const python = pythonWith('INTEROP_PYTHON', 'onnx', 'onnxruntime', 'numpy');

const runtimes = {
  'onnxruntime of Python': python && [python, script('run_onnx.py')],
  'onnxruntime-node': nodeCommand('onnxruntime-node'),
  'onnxruntime-web': nodeCommand('onnxruntime-web'),
};

function nodeCommand(name: string): readonly string[] | undefined {
  const folder = process.env.ONNXRUNTIME_MODULES;
  if (folder !== undefined && existsSync(join(folder, name))) {
    return [process.execPath, script('run_onnx.mjs'), name];
  }
  console.warn(`${name} is not tested: ONNXRUNTIME_MODULES names no node_modules folder that has it`);
  return undefined;
}

describe('every cell', () => {
  const folder = temporaryFolder({});
  const files = configs.map((config) => randomModelFile(config));
  const models = files.map((_, i) => ({ file: join(folder, `${i}.onnx`), blocks }));

  beforeAll(async () => {
    for (const [i, file] of files.entries()) {
      const { files: written } = await exportModel(file, { to: 'onnx', name: 'model' });
      writeFileSync(models[i].file, written.get('model.onnx') as Uint8Array);
    }
  });

  for (const [runtime, command] of Object.entries(runtimes)) {
    test.skipIf(command === undefined)(
      `has the same logits in ${runtime}, with states from block to block`,
      () => {
        const [program, ...args] = command as readonly string[];
        const input = JSON.stringify(models);
        const { stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
        expect(stderr).not.toMatch(/error/i);
        const results = JSON.parse(stdout) as number[][];
        for (const [i, config] of configs.entries()) {
          const difference = largestDifference(results[i], exactLogits(files[i]));
          expect(difference, JSON.stringify(config)).toBeLessThan(1e-5);
        }
      },
      60_000,
    );
  }
});
