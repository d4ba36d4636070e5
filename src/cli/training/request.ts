import { UnrolledError } from '../../errors.ts';
import { resolveRecipe, type TrainRequest } from '../../recipe/automatic/resolve-recipe.ts';
import { lengthsOf, makePlan, startEvent } from '../../recipe/plan.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { latestCheckpoint } from '../../recipe/run/checkpoints.ts';
import type { Listener } from '../../recipe/run/events.ts';
import { type Resumed, readCheckpoint } from '../../recipe/run/read-checkpoint.ts';
import { otherArithmetic, resumedRecipe } from '../../recipe/run/resume.ts';
import { run } from '../../recipe/run/run.ts';
import { readStart, startRecipe } from '../../recipe/run/start-weights.ts';
import type { Texts } from '../../recipe/training-data.ts';
import type { CheckpointTimes } from '../../training/train.ts';
import { readBundled } from '../files/bundled-corpus.ts';
import { readText } from '../files/read.ts';
import { checkWritable, isSameFile, removeLeftovers } from '../files/write.ts';
import { textReporter } from '../print/text-reporter.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { printable } from '../terminal/style.ts';
import { jsonLines } from './json-lines.ts';
import { openLog } from './log.ts';
import type { ValidSource } from './valid-source.ts';

/** What the command line asks for. */
export interface Request extends TrainRequest {
  /** None for the bundled speeches. */
  readonly files: readonly string[];
  readonly valid: ValidSource | undefined;
  readonly test: string | undefined;
  readonly init: string | undefined;
  /** A checkpoint's file, or `latest`. */
  readonly resume: string | undefined;
  readonly checkpoint: CheckpointTimes | null;
  readonly keep: number;
  readonly out: string;
  readonly log: string | undefined;
  readonly logEvery: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Trains as asked and tells of it. Returns the exit status; throws UnrolledError. */
export async function runTraining(request: Request): Promise<number> {
  checkWritable(request.out);
  const checkpoint = checkpointOf(request);
  checkTargets(request, checkpoint);
  removeLeftovers(request.out);
  const resumed = checkpoint === null ? null : readCheckpoint(checkpoint);
  const { texts, recipe: wished } = readTexts(request, resumed);
  // A model to start from has its sizes.
  const start = request.init === undefined ? null : readStart(request.init);
  const asked = { ...(start && startRecipe(start)), ...request.asked };
  lengthsOf({ ...wished, ...asked }); // throws before a trial takes its time
  const { recipe, trainingData, reasons } = await resolveRecipe({ ...request, recipe: wished, asked }, texts);
  const plan = await makePlan(recipe, trainingData, { ...request, start, resumed, reasons });
  const log = request.log === undefined ? null : openLog(request.log, resumed);
  const listeners = [
    ...(request.quiet ? [] : [printer(request)]),
    ...(log ? [jsonLines((line) => log.write(line), request.logEvery)] : []),
  ];
  const tell: Listener = (event) => listeners.forEach((listener) => listener(event));
  const warn = (message: string) => {
    tell({ event: 'warning', message });
    process.stderr.write(`${printable(message)}\n`);
  };
  const talkative = !request.quiet && !request.json;
  const signal = listenForInterrupt(() => {
    const under = process.stdout.isTTY ? '\n' : '';
    if (talkative) process.stderr.write(`${under}Stopping after this step; Ctrl-C again leaves at once.\n`);
  });
  tell(startEvent(plan));
  const other = resumed && otherArithmetic(resumed, plan.model.backend);
  if (other) warn(other);
  const status = await run(plan, request, { tell, warn, signal });
  log?.close();
  return status;
}

function printer({ json, logEvery }: Request): Listener {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  return json ? jsonLines(print, logEvery) : textReporter(print);
}

/** Before any work: would the results overwrite what is read? */
export function checkTargets(
  { files, valid, test, init, out, log }: Request,
  checkpoint: string | null,
): void {
  const read = [...files, valid?.file, test, checkpoint].filter((path) => typeof path === 'string');
  for (const [flag, target] of [['--out', out] as const, ['--log', log] as const]) {
    if (target === undefined) continue;
    const others = flag === '--log' ? [...read, init, out] : read;
    const clash = others.find((path) => path !== undefined && isSameFile(path, target));
    if (clash !== undefined) {
      throw new UnrolledError(
        'file-in-use',
        `${flag}: ${target} is ${clash}, which is in use; it needs a file of its own. Choose another.`,
      );
    }
  }
}

function checkpointOf({ resume, out }: Request): string | null {
  if (resume === undefined) return null;
  return resume === 'latest' ? latestCheckpoint(out) : resume;
}

/** The texts, and the recipe without a fraction to split off where a validation text stands ready. */
function readTexts(request: Request, resumed: Resumed | null): { texts: Texts; recipe: Recipe } {
  const { files, valid, test, asked } = request;
  const recipe = resumed ? resumedRecipe(resumed, asked) : request.recipe;
  const bundled = files.length === 0;
  const hadValid = resumed ? resumed.corpus.valid != null : recipe.validFraction !== null;
  const wantsBundledValid = bundled && valid === undefined && hadValid;
  const validText =
    valid?.file != null ? readText(valid.file) : wantsBundledValid ? readBundled('valid') : null;
  const testText = test !== undefined ? readText(test) : bundled ? readBundled('test') : null;
  return {
    texts: {
      train: bundled ? [readBundled('train')] : files.map(readText),
      valid: validText,
      test: testText,
    },
    recipe: validText ? { ...recipe, validFraction: null } : recipe,
  };
}
