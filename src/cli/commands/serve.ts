import { backendNames } from '../../backends/names.ts';
import { UnrolledError } from '../../errors.ts';
import { AcceptLoop } from '../../serving/node/accept-loop.ts';
import { isLoopback } from '../../serving/node/http/access-check.ts';
import { checkOrigin } from '../../serving/node/http/cors.ts';
import { Server } from '../../serving/node/server.ts';
import { openServed, type ServedModel } from '../../serving/served-model.ts';
import { openService } from '../../serving/service.ts';
import { limitOptions, readLimits } from '../arguments/limit-options.ts';
import { threadsOption } from '../arguments/threads-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { choice, text, wholeNumber } from '../arguments/value-types.ts';
import { type Body, command } from '../command.ts';
import { readKeys } from '../files/api-keys.ts';
import { errorCode } from '../files/file-error.ts';
import { farewell, greeting, type Listening } from '../print/serve-notices.ts';
import { watch } from '../print/serve-watch.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { StatusLine } from '../terminal/status-line.ts';

const MB = 1e6;

export const serve: Body = command({
  operands: { usage: 'MODEL...', min: 1, max: 64 },
  notes:
    'Speaks the protocol of OpenAI: /v1/models and /v1/completions, so that their clients work, and beside it\n' +
    '/v1/score, /v1/suggest, /health and /metrics (Prometheus). A model is named by its file without the\n' +
    'ending. Requests at different places of their texts share each step of a model.\n' +
    'SIGTERM or Ctrl-C ends what is under way and takes no more; twice, it leaves at once.',
  options: {
    port: {
      value: 'N',
      type: wholeNumber,
      help: 'Where it listens; 0 lets the system choose',
      default: 8080,
    },
    host: {
      value: 'ADDRESS',
      type: text,
      help: 'Whom it listens to; 0.0.0.0 is everybody who can reach this machine',
      default: '127.0.0.1',
    },
    'api-key-file': {
      value: 'FILE',
      type: text,
      help: 'Let only requests in that carry one of these keys, one a line',
      otherwise: null,
    },
    'cors-origin': {
      value: 'URL',
      type: text,
      many: true,
      help: 'Let pages of this origin read the answers; * is all. May be given more than once',
      otherwise: 'none',
    },
    ...limitOptions,
    'cache-mb': {
      value: 'MB',
      type: wholeNumber,
      help: 'Memory for what was read of prompts, of all models together, so that one that begins alike is read from there',
      default: 64,
    },
    backend: { value: 'NAME', type: choice(backendNames), help: 'What computes', default: 'auto' },
    threads: threadsOption,
    json: { help: 'Print what happens as JSON objects, one a line' },
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
      what: 'for a program that starts it: the first line says where it listens',
    },
  ],
  run: async (values, paths) => {
    const { port, host, json, backend, threads } = values;
    if (port > 65535) throw new UsageError(`--port: got ${port}; it needs a number from 0 to 65535.`);
    for (const origin of values['cors-origin']) checkOrigin(origin);
    const keyFile = values['api-key-file'];
    const keys = keyFile === undefined ? [] : readKeys(keyFile);
    const cacheBytes = (values['cache-mb'] * MB) / paths.length;
    const acceptLoop = new AcceptLoop();
    const models: ServedModel[] = [];
    for (const path of paths) {
      const model = await openServed(path, { cacheBytes, acceptLoop }, backend, threads);
      if (models.some(({ id }) => id === model.id)) {
        throw new UnrolledError(
          'option-conflict',
          `serve: two models are named ${model.id}; each needs its own name. Rename a file.`,
        );
      }
      models.push(model);
    }
    const line = new StatusLine();
    const signal = listenForInterrupt(() => {
      line.clear();
      process.stderr.write('Stopping when all is answered; once more leaves at once.\n');
    });
    const service = openService(models, readLimits(values));
    const server = new Server(service, { host, keys, origins: values['cors-origin'], acceptLoop, report });
    const bound = await server.listen(port).catch((error) => {
      throw notListening(host, port, error);
    });
    const listening: Listening = { host, port: bound, models, open: keys.length === 0 && !isLoopback(host) };
    process.stdout.write(greeting(listening, json));
    const stopWatching = json ? () => {} : watch(service, line);
    await stopped(signal);
    await server.drain();
    stopWatching();
    process.stdout.write(farewell(service.metrics, json));
    return 0;
  },
});

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function report(error: unknown): void {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${stack}\nThis is a fault of unrolled, not of the request. Please report it.\n`);
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already; it needs a free port. Give another --port',
  EACCES: 'this port is not for everybody; it needs one from 1024 on. Give another --port',
  EADDRNOTAVAIL: 'this machine has no such address; it needs one of its own. Give another --host',
  ENOTFOUND: 'there is no such name; it needs an address of this machine. Give another --host',
};

export function notListening(host: string, port: number, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new UnrolledError(
    'address',
    `serve: ${host}, port ${port}: ${REASONS[code] ?? `the system answers ${code}. Give another`}.`,
  );
}
