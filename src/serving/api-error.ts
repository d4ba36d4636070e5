export interface ErrorDetails {
  /** The field of the request that is meant. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a client is told, with its HTTP status, in the form of OpenAI's API
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

  toJSON(): object {
    const { message, code, status } = this;
    return { error: { message, type: typeOf(status), param: this.details.param ?? null, code } };
  }
}

/** A request that can't be served as it is. */
export function badRequest(message: string, param?: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, code, message, param === undefined ? {} : { param });
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
