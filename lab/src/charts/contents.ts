import type { AlignedData, Axis, Scale, Series } from 'uplot';

/** What a chart shows: x, then a row of values for each series; null where a series has none. */
export interface ChartContents {
  readonly height: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly axes: readonly Axis[];
  readonly series: readonly Series[];
  readonly data: AlignedData;
}
