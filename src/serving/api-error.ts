import { type ErrorCode, UnrolledError } from '../errors.ts';

/** Maximum length of `param` in a response: an unknown field's name can be as long as a body. */
const MAX_PARAM = 80;

/** Optional parts of an `ApiError`. */
export interface ErrorDetails {
  /** The invalid field of the request. */
  readonly param?: string;
  /** HTTP headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error for the client, with its HTTP status, in the format of OpenAI's API
 * (https://platform.openai.com/docs/guides/error-codes).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** Error code for programs, such as `model_not_found`. */
  readonly code: string;
  /** The invalid field, and headers of the response. */
  readonly details: ErrorDetails;

  /**
   * @param status HTTP status
   * @param code error code for programs
   * @param message for people
   */
  constructor(status: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** The JSON body of the response. */
  toJSON(): object {
    const { message, code, status } = this;
    const { param: field } = this.details;
    const param = field === undefined ? null : startOf(field, MAX_PARAM);
    return { error: { message, type: typeOf(status), param, code } };
  }
}

/** An error of status 400: the request is invalid. */
export function badRequest(message: string, param?: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, code, message, param === undefined ? {} : { param });
}

/**
 * HTTP status of the UnrolledError codes that mean an invalid request. All other errors are failures of the model, the
 * machine or the library: status 500.
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

/** Converts any thrown value to an `ApiError`; one of status 500 doesn't reveal the cause. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const status = error instanceof UnrolledError ? STATUS[error.code] : undefined;
  if (status !== undefined) return new ApiError(status, 'invalid_value', (error as Error).message);
  return new ApiError(500, 'internal_error', 'Internal server error. The server log has the cause.');
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The first characters of a text, in UTF-16 units; a pair of surrogates is not cut in half. */
export function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
