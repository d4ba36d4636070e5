import { type ErrorCode, UnrolledError } from '../errors.ts';

export interface ErrorDetails {
  /** The field of the request that is at fault. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error for the client, with its HTTP status, in the form of OpenAI's API
 * (https://platform.openai.com/docs/guides/error-codes).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** For programs, such as `model_not_found`. */
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(status: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** The JSON body of the answer. */
  toJSON(): object {
    const { message, code, status } = this;
    return { error: { message, type: typeOf(status), param: this.details.param ?? null, code } };
  }
}

/** A request that is invalid: status 400. */
export function badRequest(message: string, param?: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, code, message, param === undefined ? {} : { param });
}

/**
 * The HTTP status for the codes of UnrolledError that are the request's fault. All other codes, and all other
 * exceptions, are failures of the model, the machine or the library: status 500.
 */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'option-value': 400,
  'option-conflict': 400,
  'unknown-name': 400,
  'id-range': 400,
  'token-unknown': 400,
  'text-empty': 400,
  'text-short': 400,
};

/** The client's error for anything that a call threw; one of status 500 doesn't reveal its cause. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const status = error instanceof UnrolledError ? STATUS[error.code] : undefined;
  if (status !== undefined) return new ApiError(status, 'invalid_value', (error as Error).message);
  return new ApiError(500, 'internal_error', 'The server failed; its operator finds the cause in the log.');
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
