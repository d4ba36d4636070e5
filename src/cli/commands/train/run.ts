import type { TextCodec } from '../../../data/text-codec.ts';
import { printable } from '../../../data/texts/printable.ts';
import { broadcastJson } from '../../../distributed/agreement.ts';
import type { Group } from '../../../distributed/group.ts';
import { OptionError, UnrolledError } from '../../../errors.ts';
import type { Plan } from '../../../recipe/plan.ts';
import { readResumed } from '../../../recipe/run/checkpoints.ts';
import type { RunEvent } from '../../../recipe/run/events.ts';
import { planTogether } from '../../../recipe/run/parallel/plan-together.ts';
import type { Resumed } from '../../../recipe/run/read-checkpoint.ts';
import { runTraining } from '../../../recipe/run/run.ts';
import { readStart, startItems } from '../../../recipe/run/start-weights.ts';
import { UnfinishedRunError } from '../../../recipe/run/unfinished/claim.ts';
import { checkpointName } from '../../../recipe/run/unfinished/find.ts';
import type { AnyTexts } from '../../../recipe/text/training-data.ts';
import { checkEncoding } from '../../arguments/encoding-option.ts';
import { flagOf } from '../../arguments/recipe-flags.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { LineFile } from '../../files/line-file.ts';
import { openCodec } from '../../files/open-codec.ts';
import { withFlagName } from '../../files/open-model.ts';
import { FileStore } from '../../files/run/file-store.ts';
import { openLog } from '../../files/run/run-log.ts';
import { checkAppendable, checkNotInUse, resolveLink } from '../../files/target.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { readBundled } from '../../files/texts/bundled-corpus.ts';
import { isRereadable, readLongTexts } from '../../files/texts/long-texts.ts';
import { readText } from '../../files/texts/read.ts';
import { checkWritable } from '../../files/write.ts';
import { backendOpener } from '../../machine/fast-backend.ts';
import { closeGroup } from '../../machine/opened-group.ts';
import { errorOf, openRanks, threadsPerRank, withCommonEnd } from '../../machine/ranks.ts';
import { ReadingProgress } from '../../print/reading-progress.ts';
import { jsonLines, type Listener } from '../../print/run/run-lines.ts';
import { failureMessage, logMessage, warningMessage } from '../../print/run/run-messages.ts';
import { interruptedMessage, textReporter } from '../../print/text-reporter.ts';
import { print, printNotice, surviveOutputEnd } from '../../terminal/streams.ts';
import type { Request } from './request.ts';
import { Session } from './session.ts';
import { requestOf, shareResumed, storeOf } from './together.ts';

/** Trains a model, alone or as one of the processes that a launcher started. Returns the exit status; throws UnrolledError. */
export async function runTrain(asked: Request): Promise<number> {
  const group = await openRanks('train', asked.mpiTimeout);
  try {
    return await withCommonEnd(trainOn(group, requestOf(group, asked)));
  } catch (error) {
    throw errorOf(group, error);
  }
}

/**
 * Trains a model and prints its progress. If `out` is a link, checkpoints are written next to its target.
 * Returns the exit status; throws UnrolledError.
 */
async function trainOn(group: Group, asked: Request): Promise<number> {
  const output = surviveOutputEnd();
  const request = { ...asked, out: resolveLink(asked.out) };
  const session = new Session(request, output);
  try {
    checkOutputs(request);
    const plan = await session.planned(planOf(request, session, group));
    const status = await follow(request, plan, session);
    await closeGroup();
    return status;
  } catch (error) {
    if (session.hasCaused(error)) return session.interrupt.status;
    throw error instanceof OptionError ? spelled(error) : withFlagName(error);
  }
}

/** The error with the names of flags. It is a UsageError if the run would replace the unfinished work of another. */
function spelled(error: OptionError): UnrolledError {
  const plain = error.spelled(flagOf, 'train');
  return error instanceof UnfinishedRunError ? new UsageError(plain.message) : plain;
}

/** Checks that the outputs can be written. Checkpoints are checked too, because their names are longer. */
function checkOutputs({ out, log, checkpoint }: Request): void {
  checkWritable(out);
  if (checkpoint !== null) checkWritable(checkpointName(out, Number.MAX_SAFE_INTEGER));
  if (log !== undefined) checkAppendable(log);
}

async function planOf(request: Request, session: Session, group: Group): Promise<Plan> {
  const { init, out, resume, overwrite, tokenizer, scaleBatch } = request;
  const store = storeOf(group);
  const resumed =
    resume === undefined ? null : await shareResumed(group, request, () => readFrom(resume, request));
  checkTargets(request, resumed?.file);
  for (const file of [out, checkpointName(out, 'N')]) removeLeftovers(file);
  const progress = new ReadingProgress('train', request);
  const codec = tokenizer === undefined ? {} : codecOf(tokenizer, request);
  const start = init === undefined ? null : readStart(init, new FileStore().read(init), request);
  const { items } = resumed?.recipe ?? { ...(start && startItems(start)), ...request.recipe };
  const areItems = await broadcastJson(group, items != null);
  const texts = await readTexts(request, resumed, progress, areItems);
  const streaming = session.streaming(texts, progress);
  const threads = await threadsPerRank(group, request.threads);
  const plan = await planTogether(request, texts, {
    ...{ ...codec, out, start, resumed, store, overwrite, group, scaleBatch },
    openBackend: backendOpener(threads),
    onShare: progress.share,
    ...(streaming && { streaming }),
  });
  checkEncoding('train', request.encoding, plan.trainingData.tokenizer);
  return plan;
}

function codecOf(path: string, { verify }: Request): TextCodec {
  const { tokenizer, vocabulary } = openCodec(path, { 'no-verify': !verify });
  return { tokenizer, vocabulary };
}

async function readFrom(resume: string, request: Request): Promise<Resumed> {
  const resumed = await readResumed(new FileStore(), request.out, resume, request);
  return { ...resumed, damaged: resumed.damaged.map((error) => withFlagName(error) as UnrolledError) };
}

async function follow(request: Request, plan: Plan, session: Session): Promise<number> {
  const { quiet } = request;
  const log = logOf(request, plan.resumed);
  const listeners = [...(log ? [log.listener] : []), ...(quiet ? [] : [printer(request)])];
  const report: Listener = (event) => {
    for (const listener of listeners) listener(event);
    if (event.event === 'warning') printNotice(printable(warningMessage(event)));
    if (event.event === 'interrupted' && session.output.aborted && !quiet)
      printNotice(interruptedMessage(event));
  };
  const { signal } = session.interrupt;
  session.begin();
  const last = await reportAll(
    runTraining(plan, { ...request, store: storeOf(plan.group, plan.out), signal }),
    report,
    plan.group,
  );
  log?.close();
  session.end(plan.group.rank === 0 ? last : undefined);
  return last?.event === 'interrupted' ? session.interrupt.status : 0;
}

/** The log. It is opened with the first event, so a run that is refused leaves an existing log unchanged. */
function logOf({ log: path, logEvery }: Request, resumed: Resumed | null) {
  if (path === undefined) return null;
  let file: LineFile | undefined;
  const open = () => openLog(path, resumed, (error) => printNotice(printable(logMessage(error))));
  const write = (line: string) => {
    file ??= open();
    file.write(line);
  };
  return { listener: jsonLines(write, logEvery), close: () => file?.close() };
}

/** Reports all events and returns the last one. An error of rank 0, which alone writes, names the model file that the run leaves. */
async function reportAll(
  events: AsyncIterable<RunEvent>,
  report: Listener,
  { rank }: Group,
): Promise<RunEvent | undefined> {
  let last: RunEvent | undefined;
  try {
    for await (const event of events) {
      last = event;
      report(event);
    }
  } catch (error) {
    if (last?.event !== 'failed') throw error;
    const message = rank === 0 ? failureMessage(last) : last.message;
    throw new UnrolledError(last.code, message, { cause: error });
  }
  return last;
}

function printer({ json, logEvery }: Request): Listener {
  const printLine = (text: string) => void print(`${text}\n`);
  return json ? jsonLines(printLine, logEvery) : textReporter(printLine);
}

/** Checks before any work that no output is an input. */
export function checkTargets(
  { files, valid, test, tokenizer, init, out, log }: Request,
  checkpoint: string | undefined,
): void {
  const read = [...files, valid?.file, test, tokenizer, checkpoint].filter(
    (path) => typeof path === 'string',
  );
  for (const [flag, target] of [['--out', out] as const, ['--log', log] as const]) {
    if (target === undefined) continue;
    const others = flag === '--log' ? [...read, init, out] : read;
    checkNotInUse(
      flag,
      target,
      others.filter((path) => path !== undefined),
    );
  }
}

/** Reads the texts. The bundled speeches have their own validation text, used unless the run has none or splits one off. */
async function readTexts(
  { files, valid, test, recipe, encoding }: Request,
  resumed: Resumed | null,
  progress: ReadingProgress,
  areItems: boolean,
): Promise<AnyTexts> {
  const read = (path: string) => readText(path, { encoding, progress });
  const readLong = async (paths: readonly string[]) =>
    !areItems && paths.every(isRereadable)
      ? await readLongTexts(paths, { encoding, onBytes: progress.watch(paths) })
      : await inOrder(paths, read);
  const bundled = files.length === 0;
  const hadValid = resumed ? resumed.corpus.valid != null : recipe.validFraction !== null;
  const bundledValid = bundled && valid === undefined && hadValid ? await readBundled('valid') : null;
  return {
    train: bundled ? [await readBundled('train')] : await readLong(files),
    valid: valid?.file != null ? await read(valid.file) : bundledValid,
    test: test !== undefined ? await read(test) : bundled ? await readBundled('test') : null,
  };
}

/** Reads files one after the other, so that only one is open at a time. */
async function inOrder<T>(paths: readonly string[], read: (path: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const path of paths) results.push(await read(path));
  return results;
}
