import { basename } from 'node:path';
import { UnrolledError } from '../../errors.ts';
import { errorCode } from '../../formats/file-error.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { AcceptLoop } from '../../serving/node/accept-loop.ts';
import { isLoopback } from '../../serving/node/http/access-check.ts';
import { checkOrigin } from '../../serving/node/http/cors.ts';
import { KEEP_ALIVE_SECONDS, Server } from '../../serving/node/server.ts';
import { type ServedModel, type ServedOptions, serve as serveModel } from '../../serving/served-model.ts';
import { openService, type Service } from '../../serving/service.ts';
import { modelOptions } from '../arguments/common-options.ts';
import { limitOptions, readLimits } from '../arguments/limit-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { text, timerSeconds, wholeNumber } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { readKeys } from '../files/api-keys.ts';
import { openModel } from '../files/open-model.ts';
import { farewell, greeting } from '../print/serve-notices.ts';
import { watch } from '../print/serve-watch.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { StatusLine } from '../terminal/status-line.ts';
import { outliveOutput, print, say } from '../terminal/streams.ts';
import { printable } from '../terminal/style.ts';

const MB = 1e6;

export const serve: Body = command({
  operands: { usage: 'MODEL...', min: 1, max: 64 },
  notes:
    'Speaks the protocol of OpenAI, so that their clients work: /v1/models and /v1/completions. Also has\n' +
    '/v1/score, /v1/suggest, /health and /metrics (Prometheus). A model has the name of its file without the\n' +
    'extension. All active requests share each step of a model.\n' +
    'SIGTERM or Ctrl-C stops the server after the active requests; a second one stops it at once.',
  options: {
    port: {
      value: 'N',
      type: wholeNumber,
      help: 'Port to listen on; 0 lets the system choose',
      default: 8080,
    },
    host: {
      value: 'ADDRESS',
      type: text,
      help: 'Address to bind; 0.0.0.0 accepts connections from other machines',
      default: '127.0.0.1',
    },
    'api-key-file': {
      value: 'FILE',
      type: text,
      help: 'Require one of the keys in this file, one a line',
      otherwise: null,
    },
    'cors-origin': {
      value: 'URL',
      type: text,
      many: true,
      help: 'Allow pages of this origin to read the answers; * allows all. May be given more than once',
      otherwise: 'none',
    },
    ...limitOptions,
    'keep-alive': {
      value: 'SECONDS',
      type: timerSeconds,
      help: 'Time that an idle connection is kept; longer than a proxy in front reuses connections',
      default: KEEP_ALIVE_SECONDS,
    },
    'cache-mb': {
      value: 'MB',
      type: wholeNumber,
      help: 'Memory for the states of prompts, of all models together; a prompt with a known beginning is read from there',
      default: 64,
    },
    ...modelOptions,
    json: { help: 'Print events as JSON objects, one a line' },
  },
  examples: [
    { line: 'unrolled serve model.safetensors', what: 'at http://127.0.0.1:8080/v1' },
    {
      line: 'unrolled serve small.safetensors large.safetensors --port 9000',
      what: 'two models at one address',
    },
    {
      line: 'unrolled serve model.safetensors --host 0.0.0.0 --api-key-file keys.txt',
      what: 'for other machines, with a key',
    },
    {
      line: 'unrolled serve model.safetensors --port 0 --json',
      what: 'for a program that starts it: the first line has the address',
    },
  ],
  inputs: (values, paths) => [...paths, values['api-key-file']],
  run: async (values, paths) => {
    const { port, host, json } = values;
    if (port > 65535) throw new UsageError(`--port: got ${port}; it needs a number from 0 to 65535.`);
    const corsOrigins = checked(values['cors-origin']);
    const keyFile = values['api-key-file'];
    const keys = keyFile === undefined ? [] : await readKeys(keyFile);
    const acceptLoop = new AcceptLoop();
    const options = {
      cacheBytes: (values['cache-mb'] * MB) / paths.length,
      pause: () => acceptLoop.pause(),
    };
    const models = await openModels(paths, (path) => openModel(path, values), options);
    const service = openService(models, readLimits(values));
    const keepAliveSeconds = values['keep-alive'];
    const server = new Server(service, { host, keys, corsOrigins, keepAliveSeconds, acceptLoop, report });
    await run(server, service, { port, host, json, open: keys.length === 0 && !isLoopback(host) });
    return 0;
  },
});

async function openModels(
  paths: readonly string[],
  open: (path: string) => Promise<SavedModel>,
  options: ServedOptions,
): Promise<ServedModel[]> {
  const models: ServedModel[] = [];
  for (const path of paths) {
    const id = basename(path).replace(/\.safetensors$/, '');
    if (models.some((model) => model.id === id)) {
      throw new UnrolledError(
        'option-conflict',
        `serve: two models are named ${id}; each needs its own name. Rename a file.`,
      );
    }
    models.push(serveModel(id, await open(path), options));
  }
  return models;
}

interface Running {
  readonly port: number;
  readonly host: string;
  readonly json: boolean;
  /** Whether anyone who can reach the machine may use the server. */
  readonly open: boolean;
}

/** Listens until it is interrupted, then answers what was taken. */
async function run(server: Server, service: Service, { port, host, json, open }: Running): Promise<void> {
  const line = new StatusLine();
  outliveOutput(); // whoever read the address may leave
  const { signal } = listenForInterrupt(() => {
    line.clear();
    say('Stopping after the active requests. Interrupt again to stop at once.');
  });
  const bound = await server.listen(port).catch((error) => {
    throw notListening(host, port, error);
  });
  await print(greeting({ host, port: bound, models: service.models, open }, json));
  const stopWatching = json ? () => {} : watch(service, line);
  await stopped(signal);
  await server.drain();
  stopWatching();
  await print(farewell(service.metrics, json));
}

/** The library's error names its option, ours the flag. */
function checked(origins: readonly string[]): readonly string[] {
  try {
    for (const origin of origins) checkOrigin(origin);
    return origins;
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UsageError(error.message.replace(/^corsOrigins/, '--cors-origin'));
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Says on stderr why a request got status 500. */
function report(error: unknown): void {
  if (error instanceof UnrolledError && error.code !== 'thread-failed') {
    say(`serve: a request failed: ${printable(error.message)}`);
    return;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  say(`${stack}\nThis is a fault of unrolled, not of the request. Please report it.`);
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; it needs a free one. Choose another --port',
  EACCES: 'ports below 1024 need elevated privileges; use 1024 or above. Choose another --port',
  EADDRNOTAVAIL: 'this machine has no such address; it needs one of its own. Choose another --host',
  ENOTFOUND: 'there is no such name; it needs an address of this machine. Choose another --host',
};

export function notListening(host: string, port: number, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new UnrolledError(
    'address',
    `serve: ${host}, port ${port}: ${REASONS[code] ?? `the system answers ${code}. Choose another`}.`,
  );
}
