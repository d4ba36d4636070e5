import { checkObject, wrongKind } from '../kinds.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Metrics } from './metrics.ts';
import { Admission } from './scheduling/admission.ts';
import { type CancelSignal, RequestSignal } from './scheduling/request-signal.ts';
import type { ServedModel } from './served-model.ts';

/** Models that answer requests, with the limits and slots that the requests share. */
export interface Service {
  readonly models: readonly ServedModel[];
  readonly limits: Limits;
  readonly admission: Admission;
  readonly metrics: Metrics;
}

export interface CallOptions {
  /** When it is aborted, the call throws its reason, and its sequences take part in no further step. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Receives the function that frees the slots when the request gets them; the caller must call it once.
   * Default: the slots are freed when the call ends.
   */
  readonly onAdmitted?: ((release: () => void) => void) | undefined;
}

/** What `GET /health` answers. */
export interface Health {
  readonly status: 'ok' | 'stopping';
  readonly models: readonly string[];
  /** Active sequences. */
  readonly streams: number;
  /** Requests that wait for slots. */
  readonly queued: number;
}

/** @param limits Default: `defaultLimits`, for each that is missing */
export function openService(models: readonly ServedModel[], limits: Partial<Limits> = {}): Service {
  checkObject('openService', 'the limits', limits, 'Leave them out, or give { maxTokens }.');
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  const all: Limits = { ...defaultLimits, ...Object.fromEntries(given) };
  const admission = new Admission(all);
  return { models, limits: all, admission, metrics: new Metrics(models, admission) };
}

/** Throws for what is no service, such as a served model alone. */
export function checkService(where: string, service: unknown): void {
  const { admission, models } = Object(service);
  if (typeof admission?.enter === 'function' && Array.isArray(models)) return;
  throw wrongKind(where, 'the service', service, 'a Service', 'Give openService([serve(name, saved)]).');
}

export function health(service: Service): Health {
  checkService('health', service);
  const { isOpen, streams, queued } = service.admission;
  const { models } = service;
  return { status: isOpen ? 'ok' : 'stopping', models: models.map(({ id }) => id), streams, queued };
}

/** Runs the work of a request when its slots are free. An error aborts the request's signal. */
export async function inSlots<T>(
  { admission }: Service,
  slots: number,
  { signal: caller, onAdmitted }: CallOptions,
  work: (signal: CancelSignal) => Promise<T>,
): Promise<T> {
  const signal = new RequestSignal(caller);
  let release = () => {};
  try {
    const leave = await admission.enter(slots, signal);
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
