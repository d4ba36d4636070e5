import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnrolledError } from '../../../errors.ts';
import { type StaticFile, StaticServer } from '../../../serving/node/static-server.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { nonNegativeInteger } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { readModel } from '../../files/open-model.ts';
import { packageFile } from '../../package-files.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { print, printNotice, surviveOutputEnd } from '../../terminal/streams.ts';
import { bold } from '../../terminal/style.ts';
import { notListening } from './not-listening.ts';

const HOST = '127.0.0.1';

export const lab: CommandSpec = command({
  operands: { usage: '[MODEL...]', min: 0, max: 64 },
  notes:
    'Serves a page to this machine only, in which a model is trained on your own text. The page\n' +
    'computes everything itself and keeps its runs in the browser; no text leaves it.',
  options: {
    port: {
      value: 'N',
      type: nonNegativeInteger,
      help: 'Port to listen on; 0 chooses a free port',
      default: 7777,
    },
    open: { help: 'Open the page in the default browser' },
    json: { help: 'Print one JSON object per event' },
  },
  examples: [
    { line: 'unrolled lab --open', what: 'at http://127.0.0.1:7777' },
    { line: 'unrolled lab model.safetensors', what: 'with a model that the page can open' },
  ],
  inputs: (_, models) => models,
  run: async ({ port, open, json }, models) => {
    if (port > 65535) throw new UsageError(`--port: got ${port}; it needs a number from 0 to 65535.`);
    for (const path of models) readModel(path, {}); // refuses a file that is no model before the page does
    const server = new StaticServer(HOST, new Map([...pageFiles(), ...modelFiles(models)]));
    surviveOutputEnd(); // the reader of the address may close the pipe
    const { signal } = listenForInterrupt(() => {});
    const bound = await server.listen(port).catch((error) => {
      throw notListening('lab', HOST, port, error);
    });
    const url = `http://${HOST}:${bound}`;
    await print(
      json ? `${JSON.stringify({ event: 'listening', url })}\n` : `${bold(url)}\nCtrl-C stops the server.\n`,
    );
    if (open) openBrowser(url);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await server.close();
    return 0;
  },
});

/** The files of the built page, by the paths of their addresses. */
function pageFiles(): Map<string, StaticFile> {
  const folder = fileURLToPath(packageFile('dist/lab'));
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const paths = files.map((entry) => join(entry.parentPath, entry.name));
    return new Map(paths.map((path) => [`/${relative(folder, path).replaceAll(sep, '/')}`, { path }]));
  } catch {
    throw new UnrolledError(
      'file-missing',
      `lab: ${folder} does not exist; it must have the page. Run npm run build.`,
    );
  }
}

/** The named models, and the list of them that the page reads. */
function modelFiles(models: readonly string[]): Map<string, StaticFile> {
  const names = models.map((path, i) => ({
    path: resolve(path),
    name: basename(path),
    address: `/models/${i + 1}`,
  }));
  const list = names.map(({ name, address }) => ({ name, address: `.${address}` }));
  return new Map<string, StaticFile>([
    ['/models.json', { text: JSON.stringify(list) }],
    ...names.map(({ path, address }): [string, StaticFile] => [address, { path }]),
  ]);
}

/** Opens an address in the default browser; says so where there is none. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '']
        : ['xdg-open'];
  const opener = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => printNotice(`lab: no browser could be opened. Open ${url} yourself.`));
  opener.unref();
}
