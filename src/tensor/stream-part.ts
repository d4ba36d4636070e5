/** Some of the streams of a block: `first`, `first` + 1, … `first` + `count` − 1. */
export interface StreamPart {
  /** The first stream, from 0. */
  readonly first: number;
  /** The number of streams. */
  readonly count: number;
  /** The number of streams of the whole block. */
  readonly of: number;
}
