import type { Fields } from '../fields.ts';
import type { Limits } from '../limits.ts';
import type { Service } from '../service.ts';
import type { Exchange } from './http/exchange.ts';
import type { AnswerName } from './openapi/answers.ts';

/** An endpoint. */
export interface Route extends Operation {
  /** The path's pattern, also used in metrics. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Whether it needs no API key, for monitoring. */
  readonly open?: boolean;
  readonly run: Run;
}

/** Answers a request. */
export type Run = (exchange: Exchange, service: Service, settings: RouteSettings) => Promise<void>;

/** Settings of the server that routes need. */
export interface RouteSettings {
  /** The version of the package. */
  readonly version: string;
  /** Whether fields that are unknown or not supported are ignored, and named in a header. */
  readonly lenient: boolean;
}

/** What the OpenAPI document says of an endpoint. */
export interface Operation {
  readonly summary: string;
  /** The fields of the body; none for an endpoint that reads no body. */
  readonly fields?: (limits: Limits) => Fields;
  /** Names of parameters of the query. Default: none. */
  readonly query?: readonly string[];
  /** The schema of its answer; null for none, `text` for text. */
  readonly answer: AnswerName | 'text' | null;
  /** Whether a body with `"stream": true` gets server-sent events. */
  readonly streams?: boolean;
  /** Statuses with this answer. Default: 200. */
  readonly statuses?: readonly number[];
}
