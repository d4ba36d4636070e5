import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterFile } from './after-file.ts';
import type { Finished } from './process.ts';

/** Beside the sources, so that packages and `../dist` are found from here as well. */
const folder = fileURLToPath(new URL('../../build', import.meta.url));

/** Compiles a program in TypeScript, with its own modules but without packages. Returns a file for Node: tsx takes a second to start. */
export async function compiled(source: string): Promise<string> {
  const file = join(folder, `${basename(source, '.ts')}-${process.pid}.mjs`);
  await build({
    ...{ entryPoints: [source], outfile: file, logLevel: 'silent' },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
  });
  afterFile(() => rm(file, { force: true }));
  return file;
}

/** Runs a compiled program to its end, in this folder or another one. */
export function runProgram(file: string, args: readonly string[] = [], cwd: string = '.'): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ status, stdout, stderr });
    });
  });
}
