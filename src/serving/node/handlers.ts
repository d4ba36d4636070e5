import { badRequest } from '../api-error.ts';
import { completeLazily } from '../completions/complete.ts';
import type { Body } from '../fields.ts';
import { listModels, showModel } from '../models.ts';
import { type CallOptions, health, type Service } from '../service.ts';
import { tokenizerInfo } from '../tokens/tokenizer-info.ts';
import type { EventStream } from './http/event-stream.ts';
import type { Exchange } from './http/exchange.ts';
import { nameIgnored } from './http/ignored-fields.ts';
import type { RouteSettings, Run } from './route.ts';

/** A route that sends the result of a call for the request's body. */
export function answering(
  call: (service: Service, body: Body, options: CallOptions) => Promise<object>,
): Run {
  return async (exchange, service, settings) => {
    service.admission.checkOpen(); // before reading the body
    const body = await exchange.json(service.admission);
    await exchange.send(200, await call(service, body, callOptions(exchange, settings)));
  };
}

function callOptions(exchange: Exchange, { lenient }: RouteSettings): CallOptions {
  const { signal, keyDigest, client, response } = exchange;
  return {
    signal,
    client,
    cacheOwner: keyDigest ?? '',
    onAdmitted: (release) => exchange.hold(release),
    ...(lenient && { onIgnored: (name) => nameIgnored(response, name) }),
  };
}

/** Sends completions, as a whole or as a stream. */
export async function completions(
  exchange: Exchange,
  service: Service,
  settings: RouteSettings,
): Promise<void> {
  service.admission.checkOpen();
  let stream: EventStream | undefined;
  const answer = await exchange.json(service.admission).then((body) => {
    if (body.stream) stream = exchange.stream();
    // Nothing keeps the body while the request waits.
    return completeLazily(service, body, {
      ...callOptions(exchange, settings),
      onAdmitted: (release) => {
        exchange.hold(release);
        stream?.start();
      },
      onPiece: (chunk) => stream?.send(chunk),
    });
  });
  if (answer) await exchange.send(200, answer);
  else stream?.end();
}

/** The models have no chat template, and a prompt made from messages would give poor text. */
export async function refuseChat(exchange: Exchange): Promise<void> {
  throw badRequest(
    `${exchange.path} needs a chat model; these models continue a text. Send it as the prompt of /v1/completions.`,
    undefined,
    'chat_not_supported',
  );
}

/** 200 while new requests are accepted, then 503. */
export async function showHealth(exchange: Exchange, service: Service): Promise<void> {
  await exchange.send(service.admission.isOpen ? 200 : 503, health(service));
}

/** Sends the metrics as text. */
export async function showMetrics(exchange: Exchange, { metrics }: Service): Promise<void> {
  await exchange.send(200, metrics.toString(process.memoryUsage.rss()));
}

/** Sends the list of models. */
export async function showModels(exchange: Exchange, service: Service): Promise<void> {
  await exchange.send(200, listModels(service));
}

/** Sends the model that the path names. */
export async function showOneModel(exchange: Exchange, service: Service): Promise<void> {
  await exchange.send(200, showModel(service, modelNameOf(exchange.path)));
}

/** Sends the facts of the tokenizer of the model that the query names. */
export async function showTokenizer(exchange: Exchange, service: Service): Promise<void> {
  await exchange.send(200, tokenizerInfo(service, exchange.query.get('model')));
}

/** Sends the version of the package. */
export async function showVersion(exchange: Exchange, _: Service, { version }: RouteSettings): Promise<void> {
  await exchange.send(200, { version });
}

function modelNameOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
