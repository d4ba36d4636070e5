import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exportModel } from '../../../src/interop/export-model.ts';
import { largestDifference, pythonWith, randomModelFile } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';
import { blocks, configs, exactLogits } from './cases.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const python = pythonWith('INTEROP_PYTHON', 'onnx', 'onnxruntime', 'numpy');

const runtimes = [
  { runtime: 'onnxruntime of Python', command: python && [python, script('run_onnx.py')] },
  ...['onnxruntime-node', 'onnxruntime-web'].map((name) => ({
    runtime: name,
    command: installed(name) && [process.execPath, script('run_onnx.mjs'), name],
  })),
];

function installed(name: string): boolean {
  const folder = process.env.ONNXRUNTIME_MODULES;
  if (folder !== undefined && existsSync(join(folder, name))) return true;
  console.warn(`${name} is not tested: ONNXRUNTIME_MODULES names a node_modules folder that has it`);
  return false;
}

const folder = temporaryFolder({});
const files = configs.map((config) => randomModelFile(config));
const models = files.map((_, i) => ({ file: join(folder, `${i}.onnx`), blocks }));
for (const [i, file] of files.entries()) {
  const { files: written } = await exportModel(file, { to: 'onnx', name: 'model' });
  writeFileSync(models[i].file, written.get('model.onnx') as Uint8Array);
}

test.each(runtimes)(
  '$runtime computes the logits of every cell, with states from block to block',
  ({ command }) => {
    if (!command) return;
    const [program, ...args] = command;
    const { stdout, stderr } = spawnSync(program, args, {
      input: JSON.stringify(models),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const results = stdout === '' ? stderr : (JSON.parse(stdout) as number[][]);
    expect(results).toHaveLength(configs.length);
    for (const [i, config] of configs.entries()) {
      const difference = largestDifference(results[i] as number[], exactLogits(files[i]));
      expect(difference, JSON.stringify(config)).toBeLessThan(1e-5);
    }
  },
  60_000,
);
