import { UnrolledError } from '../../../errors.ts';
import { AcceptLoop } from '../../../serving/node/accept-loop.ts';
import { connectionsLeft } from '../../../serving/node/descriptors.ts';
import { checkHostName, isLoopback } from '../../../serving/node/http/access-check.ts';
import { checkOrigin } from '../../../serving/node/http/cors.ts';
import { KEEP_ALIVE_SECONDS, Server } from '../../../serving/node/server.ts';
import { openService, type Service } from '../../../serving/service.ts';
import { modelOptions } from '../../arguments/common-options.ts';
import { limitOptions, readLimits } from '../../arguments/limit-options.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { nonNegativeInteger, text, timerSeconds } from '../../arguments/value-types.ts';
import { type CommandSpec, command } from '../../command.ts';
import { readKeys } from '../../files/api-keys.ts';
import { openModel } from '../../files/open-model.ts';
import { startMessage, stopMessage } from '../../print/serve-notices.ts';
import { watch } from '../../print/serve-watch.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { print, printNotice, surviveOutputEnd } from '../../terminal/streams.ts';
import { version } from '../../version.ts';
import { logFailure, logWarning } from './log.ts';
import { notListening } from './not-listening.ts';
import { alias, openModels } from './open-models.ts';

const MB = 1e6;

export const serve: CommandSpec = command({
  operands: { usage: 'MODEL...', min: 1, max: 64 },
  notes:
    'Works with OpenAI clients: /v1/models and /v1/completions. Also serves /v1/score, /v1/suggest,\n' +
    '/health and /metrics (Prometheus). A model is named after its file, without the extension. Active\n' +
    'requests are processed as one batch. SIGTERM or Ctrl-C stops the server after the active requests;\n' +
    'a second one stops it at once.',
  options: {
    port: {
      value: 'N',
      type: nonNegativeInteger,
      help: 'Port to listen on; 0 chooses a free port',
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
      help: 'Require one of the API keys in this file, one per line',
      otherwise: null,
    },
    'cors-origin': {
      value: 'URL',
      type: text,
      many: true,
      help: 'Allow web pages of this origin to use the API; * allows all. May be repeated',
      otherwise: 'none',
    },
    'allow-host': {
      value: 'NAME',
      type: text,
      many: true,
      help: 'Accept requests for this host name, such as that of a reverse proxy on this machine. May be repeated',
      otherwise: 'only localhost, unless --host accepts other machines',
    },
    alias: {
      value: 'NAME=FILE',
      type: alias,
      many: true,
      help: 'Another name for the model of FILE, such as one that a client always sends. May be repeated',
      otherwise: 'none',
    },
    lenient: {
      help: 'Ignore unknown fields of requests, and name them in the x-unrolled-ignored header, instead of rejecting them',
    },
    ...limitOptions,
    'keep-alive': {
      value: 'SECONDS',
      type: timerSeconds,
      help: 'Idle timeout of a connection; set it longer than that of a reverse proxy in front',
      default: KEEP_ALIVE_SECONDS,
    },
    'cache-mb': {
      value: 'MB',
      type: nonNegativeInteger,
      help: 'Memory for cached prompt states, shared by all models; a prompt with a cached prefix is not recomputed',
      default: 64,
    },
    ...modelOptions,
    json: { help: 'Print one JSON object per event' },
  },
  examples: [
    { line: 'unrolled serve model.safetensors', what: 'at http://127.0.0.1:8080/v1' },
    {
      line: 'unrolled serve small.safetensors large.safetensors --port 9000',
      what: 'two models on one port',
    },
    {
      line: 'unrolled serve model.safetensors --host 0.0.0.0 --api-key-file keys.txt',
      what: 'reachable from other machines, with an API key',
    },
    {
      line: 'unrolled serve model.safetensors --port 0 --json',
      what: 'for scripts: the first line of the output has the address',
    },
  ],
  inputs: (values, paths) => [...paths, values['api-key-file']],
  run: async (values, paths) => {
    const { port, host, json, lenient } = values;
    if (port > 65535) throw new UsageError(`--port: got ${port}; it needs a number from 0 to 65535.`);
    const corsOrigins = checked('--cors-origin', checkOrigin, values['cors-origin']);
    const allowedHosts = checked('--allow-host', checkHostName, values['allow-host']);
    const keyFile = values['api-key-file'];
    const keys = keyFile === undefined ? [] : await readKeys(keyFile);
    const acceptLoop = new AcceptLoop();
    const options = {
      cacheBytes: (values['cache-mb'] * MB) / paths.length,
      pause: () => acceptLoop.pause(),
    };
    const models = await openModels(paths, values.alias, (path) => openModel(path, values), options);
    const service = openService(models, readLimits(values));
    const keepAliveSeconds = values['keep-alive'];
    const log = { report: logFailure, warn: logWarning, maxConnections: connectionsLeft() };
    const server = new Server(service, {
      host,
      keys,
      corsOrigins,
      allowedHosts,
      keepAliveSeconds,
      lenient,
      version: version(),
      acceptLoop,
      ...log,
    });
    await run(server, service, { port, host, json, open: keys.length === 0 && !isLoopback(host) });
    return 0;
  },
});

interface Running {
  readonly port: number;
  readonly host: string;
  readonly json: boolean;
  /** Whether other machines can connect without a key. */
  readonly open: boolean;
}

/** Serves until it is interrupted, then completes the active requests. */
async function run(server: Server, service: Service, { port, host, json, open }: Running): Promise<void> {
  const line = new StatusLine();
  surviveOutputEnd(); // the reader of the address may close the pipe
  const { signal } = listenForInterrupt(() => {
    line.clear();
    printNotice('Stopping after the active requests. Interrupt again to stop at once.');
  });
  const bound = await server.listen(port).catch((error) => {
    throw notListening('serve', host, port, error);
  });
  await print(startMessage({ host, port: bound, models: service.models, open }, json));
  const stopWatching = json ? () => {} : watch(service, line);
  await stopped(signal);
  await server.drain();
  stopWatching();
  await print(stopMessage(service.metrics, json));
}

/** The values of a flag, checked. The error names the flag instead of the library's option. */
function checked(flag: string, check: (value: string) => void, values: readonly string[]): readonly string[] {
  try {
    for (const value of values) check(value);
    return values;
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    throw new UsageError(error.message.replace(/^\w+/, flag));
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
