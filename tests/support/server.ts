import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ModelContents } from '../../src/models/model-file.ts';
import type { Limits } from '../../src/serving/limits.ts';
import { AcceptLoop } from '../../src/serving/node/accept-loop.ts';
import { Server, type ServerOptions } from '../../src/serving/node/server.ts';
import { type ServedModel, serve } from '../../src/serving/served-model.ts';
import { openService, type Service } from '../../src/serving/service.ts';
import { afterFile } from './after-file.ts';

/** What JSON holds; a test knows what it expects. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Opened {
  readonly url: string;
  readonly port: number;
  readonly models: readonly ServedModel[];
  readonly service: Service;
  readonly server: Server;
  /** What the server took for a mistake of its own; a test that provokes one empties it. */
  readonly faults: unknown[];
  /** The ids of their requests. */
  readonly faultIds: string[];
  readonly warnings: string[];
}

type Given = 'keys' | 'corsOrigins' | 'keepAliveSeconds' | 'allowedHosts' | 'maxConnections' | 'lenient';

interface ServerSettings extends Partial<Pick<ServerOptions, Given>> {
  readonly limits?: Partial<Limits>;
  /** Default 1 MB. */
  readonly cacheBytes?: number;
  readonly host?: string;
  /** Other names, by model. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
}

const limits: Limits = {
  bodyBytes: 20_000,
  promptTokens: 200,
  answerBytes: 32e6,
  maxTokens: 1_000_000,
  streams: 64,
  queue: 64,
  memoryBytes: 1e15,
  seconds: 60,
};

const defaults = { host: '127.0.0.1', keys: [], corsOrigins: [], version: '1.2.3' };

/** A server of these models by their names, at a free port; it closes after the tests, and must have made no mistake. */
export async function openServer(
  models: Readonly<Record<string, ModelContents>>,
  settings: ServerSettings = {},
): Promise<Opened> {
  const { limits: given, cacheBytes = 1e6, aliases = {}, ...options } = settings;
  const acceptLoop = new AcceptLoop();
  const served = Object.entries(models).map(([id, saved]) =>
    serve(id, saved, { cacheBytes, aliases: aliases[id], pause: () => acceptLoop.pause() }),
  );
  const service = openService(served, { ...limits, ...given });
  const faults: unknown[] = [];
  const faultIds: string[] = [];
  const warnings: string[] = [];
  const report = (error: unknown, id: string) => {
    faults.push(error);
    faultIds.push(id);
  };
  const warn = (message: string) => warnings.push(message);
  const server = new Server(service, { ...defaults, ...options, acceptLoop, report, warn });
  const port = await server.listen(0);
  afterFile(async () => {
    await server.drain();
    expect(faults).toEqual([]);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    models: served,
    service,
    server,
    faults,
    faultIds,
    warnings,
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** As it came. */
  readonly text: string;
  /** Read as JSON, where it says so. */
  readonly body: Json;
}

export async function ask(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type') === 'application/json' && text !== '';
  return { status, headers, text, body: isJson ? JSON.parse(text) : undefined };
}

export function post(url: string, body: unknown, init: RequestInit = {}): Promise<Answered> {
  return ask(url, { ...posting(body), ...init });
}

/** What `fetch` needs to send an object, or a text as it is. */
export function posting(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** The events of a stream, [DONE] as it is; throws where the text is anything else. */
export function eventsOf(text: string): Json[] {
  if (!text.endsWith('\n\n')) throw new Error(`The stream ends within an event: ${text.slice(-80)}`);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((event) => {
      const [, data] = /^data: (.+)$/.exec(event) ?? [];
      if (data === undefined) throw new Error(`This is no event: ${event}`);
      return data === '[DONE]' ? data : JSON.parse(data);
    });
}

/** Waits until something is so; looks less and less often, because what fails costs more than what holds. */
export async function until(condition: () => void, timeout: number = 20_000): Promise<void> {
  const last = performance.now() + timeout;
  for (let pause = 1; ; pause = Math.min(1.5 * pause, 50)) {
    try {
      return condition();
    } catch (error) {
      if (performance.now() > last) throw error;
    }
    await setTimeout(pause);
  }
}

/** A connection whose bytes a test writes itself. */
export class Wire {
  readonly socket: Socket;
  received: string = '';
  closed: boolean = false;

  /** @param deaf whether it sends on when the server has ended its side, as what listens only when all is sent */
  constructor(port: number, deaf: boolean = false) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: deaf });
    this.socket.on('data', (data) => {
      this.received += data;
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  send(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  /** Resolves when it has left. */
  sends(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves when all that came matches; rejects when the connection closes without. */
  hears(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.received)) resolve();
        else if (this.closed) reject(new Error(`it never sent ${pattern}: ${this.received.slice(-500)}`));
        else return;
        this.socket.off('data', look).off('close', look);
      };
      this.socket.on('data', look).on('close', look);
      look();
    });
  }

  async ends(): Promise<void> {
    if (!this.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }
}

/** A request as it goes over a connection. */
export function requestOf(path: string, body: unknown, ...headers: string[]): string {
  const json = typeof body === 'string' ? body : JSON.stringify(body);
  const length = `content-length: ${Buffer.byteLength(json)}`;
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', 'content-type: application/json', length];
  return [...head, ...headers, '', json].join('\r\n');
}
