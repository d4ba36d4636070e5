/** What a server takes on, at most; beyond it a request is refused with its status. */
export interface Limits {
  /** Of a request's body. */
  readonly bodyBytes: number;
  /** Of one prompt, or of a text to score. */
  readonly promptTokens: number;
  /** Of an answer, as far as it is known before: the prompts in it, and probabilities. */
  readonly answerBytes: number;
  /** Written for one choice. */
  readonly maxTokens: number;
  /** Texts under way at once, of all requests together. */
  readonly streams: number;
  /** Requests that wait for their turn. */
  readonly queue: number;
  /** From the request to the end of its answer, waiting included. */
  readonly seconds: number;
}
