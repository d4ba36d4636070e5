import { type Signal, signal } from '@preact/signals';
import type { EpochSample, ShownRun } from '../../state/shown-run.ts';

/** The epoch whose sample is shown: under the pointer in the chart, or chosen by its slider; null: the newest one. */
export const shownEpoch: Signal<number | null> = signal(null);

/** The sample that is shown; null before the first one. */
export function shownSample({ samples }: Pick<ShownRun, 'samples'>): EpochSample | null {
  return samples.find(({ epoch }) => epoch === shownEpoch.value) ?? samples.at(-1) ?? null;
}

/** The sample whose time is nearest. */
export function sampleAt({ samples }: Pick<ShownRun, 'samples'>, seconds: number): EpochSample | null {
  const distance = (sample: EpochSample) => Math.abs(sample.seconds - seconds);
  return samples.reduce<EpochSample | null>(
    (nearest, one) => (nearest === null || distance(one) < distance(nearest) ? one : nearest),
    null,
  );
}
