/** How the next token is drawn. */
export interface Sampling {
  /** The divisor of the logits; 0 takes the most likely token. */
  readonly temperature: number;
  /** Only the k most likely tokens; 0 or absent: all. */
  readonly topK?: number;
  /** Only the most likely tokens up to this total probability. */
  readonly topP?: number;
}

/** Throws for an option that is out of range. */
export function checkSampling({ temperature, topK = 0, topP = 1 }: Sampling): void {
  const check = (name: string, value: number, isValid: boolean, needs: string) => {
    if (!isValid) throw new RangeError(`generate: ${name} is ${value}; it must be ${needs}.`);
  };
  check('temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number from 0 on');
  check('topK', topK, Number.isInteger(topK) && topK >= 0, 'a positive integer, or 0 for all tokens');
  check('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1');
}

/** softmax(logits / temperature) */
export function softmax(logits: ArrayLike<number>, temperature: number = 1): Float64Array {
  const probs = Float64Array.from(logits);
  const max = probs.reduce((most, x) => Math.max(most, x), -Infinity);
  let sum = 0;
  for (let id = 0; id < probs.length; id++) sum += probs[id] = Math.exp((probs[id] - max) / temperature);
  for (let id = 0; id < probs.length; id++) probs[id] /= sum;
  return probs;
}

/** Draws the next token; tokens of the logit −∞ are never drawn. */
export function draw(logits: Float64Array, sampling: Sampling, random: () => number): number {
  const { temperature, topK = 0, topP = 1 } = sampling;
  if (temperature === 0) return logits.reduce((best, x, id) => (x > logits[best] ? id : best), 0);
  const probs = softmax(logits, temperature);
  if (topK > 0 || topP < 1) keepMostLikely(probs, topK || probs.length, topP);
  let rest = random() * probs.reduce((sum, p) => sum + p, 0);
  let last = 0;
  for (let id = 0; id < probs.length; id++) {
    if (probs[id] === 0) continue;
    rest -= probs[id];
    if (rest < 0) return id;
    last = id;
  }
  return last; // a remainder of rounding
}

/** Sets the probabilities to 0 but for the k most likely tokens, and of these the first that sum to p. */
function keepMostLikely(probs: Float64Array, k: number, p: number): void {
  const ids = Array.from(probs.keys()).sort((a, b) => probs[b] - probs[a]);
  const total = ids.slice(0, k).reduce((sum, id) => sum + probs[id], 0);
  let sum = 0;
  for (const [rank, id] of ids.entries()) {
    if (rank >= k || sum >= p * total) probs[id] = 0;
    sum += probs[id];
  }
}
