/** Validation perplexity of a run over time. */
export interface Curve {
  /** The machine, in words. */
  readonly machine: string;
  /** Per epoch: minutes of training until its end, validation perplexity. */
  readonly points: readonly (readonly [minutes: number, perplexity: number])[];
}

interface Line {
  readonly event: string;
  readonly trainTokens?: number;
  readonly tokensPerSecond?: number;
  readonly validPerplexity?: number | null;
  readonly recipe?: { readonly batch: number; readonly time: number };
  readonly stepsPerEpoch?: number;
}

/** The curve of a run's log (`train --log`); without a validation text it has no points. */
export function curveOf(log: string, machine: string): Curve {
  const points: [number, number][] = [];
  let [tokens, minutes] = [0, 0];
  for (const text of log.trimEnd().split('\n')) {
    const line = JSON.parse(text) as Line;
    if (line.event === 'start' && line.recipe) {
      tokens = (line.stepsPerEpoch ?? 0) * line.recipe.batch * line.recipe.time;
    }
    if (line.event !== 'epoch' || line.validPerplexity == null) continue;
    minutes += tokens / (line.tokensPerSecond ?? Number.NaN) / 60;
    points.push([round(minutes), round(line.validPerplexity)]);
  }
  return { machine, points };
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
