import { ApiError, badRequest } from '../api-error.ts';
import { completeLazily } from '../completions/complete.ts';
import type { Body } from '../fields.ts';
import { listModels, showModel } from '../models.ts';
import { scoreLazily } from '../score.ts';
import { type CallOptions, health, type Service } from '../service.ts';
import { suggest } from '../suggest.ts';
import { detokenize, tokenize } from '../tokens/tokenize.ts';
import { tokenizerInfo } from '../tokens/tokenizer-info.ts';
import type { EventStream } from './http/event-stream.ts';
import type { Exchange } from './http/exchange.ts';
import { nameIgnored } from './http/ignored-fields.ts';

/** An endpoint. */
export interface Route {
  /** The path's pattern, also used in metrics. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Whether it needs no API key, for monitoring. */
  readonly open?: boolean;
  readonly run: (exchange: Exchange, service: Service, settings: RouteSettings) => Promise<void>;
}

/** Settings of the server that routes need. */
export interface RouteSettings {
  /** The version of the package. */
  readonly version: string;
  /** Whether fields that are unknown or not supported are ignored, and named in a header. */
  readonly lenient: boolean;
}

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/models',
    run: async (exchange, service) => exchange.send(200, listModels(service)),
  },
  {
    method: 'GET',
    path: '/v1/models/{model}',
    run: async (exchange, service) => exchange.send(200, showModel(service, modelNameOf(exchange.path))),
  },
  { method: 'POST', path: '/v1/completions', run: completions },
  { method: 'POST', path: '/v1/chat/completions', run: refuseChat },
  { method: 'POST', path: '/v1/responses', run: refuseChat },
  { method: 'POST', path: '/v1/score', run: answering(scoreLazily) },
  { method: 'POST', path: '/v1/suggest', run: answering(suggest) },
  { method: 'POST', path: '/tokenize', run: answering(tokenize) },
  { method: 'POST', path: '/detokenize', run: answering(detokenize) },
  {
    method: 'GET',
    path: '/tokenizer_info',
    run: async (exchange, service) => exchange.send(200, tokenizerInfo(service, exchange.query.get('model'))),
  },
  { method: 'GET', path: '/health', run: showHealth, open: true },
  { method: 'GET', path: '/v1/health', run: showHealth, open: true },
  {
    method: 'GET',
    path: '/version',
    run: async (exchange, _, { version }) => exchange.send(200, { version }),
    open: true,
  },
  { method: 'GET', path: '/metrics', run: showMetrics },
];

/** Finds the route of a request. Throws a 404 or 405 if there is none. */
export function routeOf(method: string, path: string): Route {
  const there = routes.filter((route) => matches(route.path, path));
  // HEAD is handled like GET; Node omits the body.
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = there.find((route) => route.method === asked);
  if (found) return found;
  if (there.length === 0) {
    const all = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    throw new ApiError(
      404,
      'not_found',
      `There is no endpoint ${JSON.stringify(path.slice(0, 80))}; the endpoints are ${all}.`,
    );
  }
  const allow = there[0].method;
  throw new ApiError(405, 'method_not_allowed', `${path.slice(0, 80)} takes ${allow} only.`, {
    headers: { allow },
  });
}

function matches(pattern: string, path: string): boolean {
  const start = pattern.replace('{model}', '');
  if (start === pattern) return path === pattern;
  return path.startsWith(start) && path.length > start.length && !path.slice(start.length).includes('/');
}

/** A route that sends the result of a call for the request's body. */
function answering(
  call: (service: Service, body: Body, options: CallOptions) => Promise<object>,
): Route['run'] {
  return async (exchange, service, settings) => {
    service.admission.checkOpen(); // before reading the body
    const body = await exchange.json();
    await exchange.send(200, await call(service, body, callOptions(exchange, settings)));
  };
}

function callOptions(exchange: Exchange, { lenient }: RouteSettings): CallOptions {
  const { signal, keyDigest, response } = exchange;
  return {
    signal,
    cacheOwner: keyDigest ?? '',
    onAdmitted: (release) => exchange.hold(release),
    ...(lenient && { onIgnored: (name) => nameIgnored(response, name) }),
  };
}

async function completions(exchange: Exchange, service: Service, settings: RouteSettings): Promise<void> {
  service.admission.checkOpen();
  const body = await exchange.json();
  let stream: EventStream | undefined;
  const answer = await completeLazily(service, body, {
    ...callOptions(exchange, settings),
    onAdmitted: (release) => {
      exchange.hold(release);
      if (body.stream) stream = exchange.stream();
    },
    onPiece: (chunk) => stream?.send(chunk),
  });
  if (answer) await exchange.send(200, answer);
  else stream?.end();
}

/** The models have no chat template, and a prompt made from messages would give poor text. */
async function refuseChat(exchange: Exchange): Promise<void> {
  throw badRequest(
    `${exchange.path} needs a chat model; these models continue a text. Send it as the prompt of /v1/completions.`,
    undefined,
    'chat_not_supported',
  );
}

/** 200 while new requests are accepted, then 503. */
async function showHealth(exchange: Exchange, service: Service): Promise<void> {
  await exchange.send(service.admission.isOpen ? 200 : 503, health(service));
}

async function showMetrics(exchange: Exchange, { metrics }: Service): Promise<void> {
  await exchange.send(200, metrics.toString(process.memoryUsage.rss()));
}

function modelNameOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
