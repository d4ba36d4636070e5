import type { AlignedData, Axis, Scale, Series } from 'uplot';

/** Words at a point of a chart, on the scales x and y. */
export interface Note {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  /** `name` and `name-below`: the name of a line, at its end; `best`: a diamond with words; `chosen`: a ring. */
  readonly kind: 'name' | 'name-below' | 'best' | 'chosen';
}

/** What a chart shows: x, then a row of values for each series; null where a series has none. */
export interface ChartContents {
  readonly height: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly axes: readonly Axis[];
  readonly series: readonly Series[];
  readonly data: AlignedData;
}
