import { checkObject, wrongKind } from '../kinds.ts';
import type { OnIgnored } from './fields.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Metrics } from './metrics/metrics.ts';
import { Admission } from './scheduling/admission.ts';
import { type CancelSignal, RequestSignal } from './scheduling/request-signal.ts';
import type { ServedModel } from './served-model.ts';

/** Served models with shared limits and slots, made by `openService`. */
export interface Service {
  /** The served models. */
  readonly models: readonly ServedModel[];
  /** The limits. */
  readonly limits: Limits;
  /** Admits requests to slots. */
  readonly admission: Admission;
  /** Metrics of the models and requests. */
  readonly metrics: Metrics;
}

/** Options of calls. */
export interface CallOptions {
  /**
   * Owner of the prefix cache's entries: a call finds only prompts of calls with the same owner and `cache_salt`. The server passes a
   * digest of the API key. Default: one owner for all calls.
   */
  readonly cacheOwner?: string | undefined;
  /**
   * Whose call it is: the waiting calls of different clients are admitted in turn, those of one client in order. The server passes a
   * digest of the API key or, without keys, the client's address. Default: one client for all calls.
   */
  readonly client?: string | undefined;
  /** Aborts the call, which then throws the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called when the request gets its slots, with the function that frees them; the caller must call it once.
   * Default: the slots are freed when the call ends.
   */
  readonly onAdmitted?: ((release: () => void) => void) | undefined;
  /**
   * Receives the name of each field of the body that is unknown or not supported, which is then ignored, like
   * `unrolled serve --lenient`. Default: such fields are errors.
   */
  readonly onIgnored?: OnIgnored | undefined;
}

/** The response of `GET /health`. */
export interface Health {
  /** `stopping` once no new requests are accepted. */
  readonly status: 'ok' | 'stopping';
  /** Names of the models. */
  readonly models: readonly string[];
  /** Number of active sequences. */
  readonly streams: number;
  /** Number of requests waiting for slots. */
  readonly queued: number;
}

/**
 * Opens a service for models.
 * @param models made by `serve`
 * @param limits limits that differ from `defaultLimits`
 * @throws {UnrolledError} `option-value` when limits is not an object
 */
export function openService(models: readonly ServedModel[], limits: Partial<Limits> = {}): Service {
  checkObject('openService', 'the limits', limits, 'Leave them out, or pass { maxTokens }.');
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  const all: Limits = { ...defaultLimits, ...Object.fromEntries(given) };
  const admission = new Admission(all);
  return { models, limits: all, admission, metrics: new Metrics(models, admission) };
}

/** Throws for a value that is not a Service, such as a ServedModel. */
export function checkService(where: string, service: unknown): void {
  const { admission, models } = Object(service);
  if (typeof admission?.enter === 'function' && Array.isArray(models)) return;
  throw wrongKind(where, 'the service', service, 'a Service', 'Pass openService([serve(name, saved)]).');
}

/**
 * The state of a service, like `GET /health`.
 * @throws {UnrolledError} `option-value` when service is not a Service
 */
export function health(service: Service): Health {
  checkService('health', service);
  const { isOpen, streams, queued } = service.admission;
  const { models } = service;
  return { status: isOpen ? 'ok' : 'stopping', models: models.map(({ id }) => id), streams, queued };
}

/** What a request needs. */
export interface ServiceDemand {
  readonly slots: number;
  /** Estimated memory once it is admitted, in bytes. */
  readonly bytes: number;
  /** Estimated memory while it waits, in bytes. */
  readonly waitingBytes: number;
}

/** Waits for the slots and the memory of a request and runs its work. An error aborts the request's signal. */
export async function inSlots<T>(
  { admission }: Service,
  { slots, ...memory }: ServiceDemand,
  { signal: caller, onAdmitted, client }: CallOptions,
  work: (signal: CancelSignal) => Promise<T>,
): Promise<T> {
  const signal = new RequestSignal(caller);
  let release = () => {};
  try {
    const leave = await admission.enter(slots, signal, { client, ...memory });
    if (onAdmitted) onAdmitted(leave);
    else release = leave;
    return await work(signal);
  } catch (error) {
    signal.abort(error);
    throw error;
  } finally {
    signal.close();
    release();
  }
}
