import { spawnSync } from 'node:child_process';

/** Runs a program to its end. Returns stdout; throws, with all that it printed, when it fails. */
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

/** A program of a devDependency. */
export function runTool(name, args, options) {
  return run('npx', ['--no-install', name, ...args], options);
}

/** `npm pack` of the built package into `folder`: what npm tells of the tarball, and its `path`. */
export function pack(folder) {
  const [tarball] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  return { ...tarball, path: `${folder}/${tarball.filename}` };
}

/** Installs a tarball into an empty project at `folder`, without what is optional. */
export function install(folder, tarball) {
  const flags = ['--ignore-scripts', '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  run('npm', ['install', tarball, ...flags], { cwd: folder });
}
