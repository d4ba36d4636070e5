import type { TrainRequest } from '../../../recipe/automatic/train-request.ts';
import type { CheckpointTimes } from '../../../training/train.ts';
import type { ValidSource } from '../../arguments/valid-source.ts';

/** The request of the command line. */
export interface Request extends TrainRequest {
  /** The training files; empty for the bundled speeches. */
  readonly files: readonly string[];
  readonly valid: ValidSource | undefined;
  readonly test: string | undefined;
  /** A tokenizer.json or a model file. */
  readonly tokenizer: string | undefined;
  readonly encoding: string | undefined;
  readonly init: string | undefined;
  /** A checkpoint's file, or `latest`. */
  readonly resume: string | undefined;
  /** Whether to refuse files whose contents do not match their digest. */
  readonly verify: boolean;
  readonly checkpoint: CheckpointTimes | null | undefined;
  readonly keep: number;
  readonly overwrite: boolean;
  readonly threads: number | undefined;
  /** The folder for the token ids of long texts. Default: next to the model file, until the run ends. */
  readonly tokenCache: string | undefined;
  readonly out: string;
  readonly log: string | undefined;
  readonly logEvery: number;
  /** Whether to multiply the batch by the number of processes. */
  readonly scaleBatch: boolean | undefined;
  /** How long one of several processes may give no sign of life, in seconds. */
  readonly mpiTimeout: number;
  readonly json: boolean;
  readonly quiet: boolean;
}
