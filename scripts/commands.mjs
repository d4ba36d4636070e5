import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs a program and returns its stdout. @throws with all output if it fails */
export function run(program, args, options = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  if (status === 0) return stdout;
  const how = error?.message ?? (signal ? `killed by ${signal}` : `exit status ${status}`);
  throw new Error(`${[program, ...args].join(' ')}: ${how}\n${stdout ?? ''}${stderr ?? ''}`);
}

/** Runs a program of a devDependency. */
export function runTool(name, args, options) {
  return run(join('node_modules', '.bin', name), args, options);
}

/** Packs the built package into `folder`. Returns npm's description of the tarball, with its `path`. */
export function pack(folder) {
  const [tarball] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  return { ...tarball, path: `${folder}/${tarball.filename}` };
}

/** Installs a tarball into an empty project at `folder`, without optional dependencies. */
export function install(folder, tarball) {
  const flags = ['--ignore-scripts', '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  run('npm', ['install', tarball, ...flags], { cwd: folder });
}
