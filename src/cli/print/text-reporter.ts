import { printable, printableText } from '../../data/texts/printable.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type {
  EpochEvent,
  ReplanEvent,
  ResultEvent,
  RollbackEvent,
  RunEvent,
  StartEvent,
  StepEvent,
} from '../../recipe/run/events.ts';
import { byteSize, count, duration, percent, perplexity, shellFile, shellWord } from '../terminal/format.ts';
import { bar, StatusLine } from '../terminal/status-line.ts';
import { bold } from '../terminal/style.ts';
import type { Listener } from './run/run-lines.ts';
import { replanMessage, reproducingFlags, unfinishedLine } from './run/run-messages.ts';
import { scoreTable } from './score-table.ts';
import { startLines } from './start-lines.ts';

/** Update intervals in milliseconds: of the status line, and of plain lines where there is no terminal. */
const LIVE_MS = 100;
const PLAIN_MS = 15_000;

/** Prints the events of a run as text. */
export function textReporter(print: (text: string) => void): Listener {
  const reporter = new TextReporter(print);
  return (event) => reporter.tell(event);
}

class TextReporter {
  readonly #print: (text: string) => void;
  readonly #status = new StatusLine();
  readonly #began: number = performance.now();
  #lastShown = 0;
  #epochs = 0;
  #maxSteps: number | null = null;
  #hasItems = false;
  #stepsPerEpoch = 0;
  /** Epochs completed before this process, and so far. */
  #before = 0;
  #read = 0;
  #out = '';

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  tell(event: RunEvent): void {
    if (event.event === 'step') {
      this.#step(event);
      return;
    }
    this.#status.clear();
    if (event.event === 'start') this.#start(event);
    if (event.event === 'epoch') this.#epoch(event);
    if (event.event === 'replan') this.#replan(event);
    if (event.event === 'rollback') this.#print(rollback(event));
    if (event.event === 'interrupted') this.#print(interruptedMessage(event));
    if (event.event === 'result') this.#print(resultText(event, this.#seconds, this.#hasItems));
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #start(event: StartEvent): void {
    this.#setLength(event.recipe);
    this.#stepsPerEpoch = event.stepsPerEpoch;
    this.#hasItems = event.corpus.items !== undefined;
    const { resumed } = event;
    this.#before = resumed ? resumed.epoch - 1 + resumed.share : 0;
    this.#read = this.#before;
    this.#out = event.out;
    this.#lastShown = performance.now();
    const first = unfinishedLine(event);
    if (first !== null) this.#print(printable(first));
    this.#print(startLines(event));
  }

  #replan(event: ReplanEvent): void {
    this.#setLength(event.recipe);
    this.#print(replanMessage(event));
  }

  #setLength({ epochs, maxSteps }: Recipe): void {
    this.#epochs = epochs;
    this.#maxSteps = maxSteps ?? null;
  }

  #step(event: StepEvent): void {
    const read = event.epoch - 1 + event.share;
    // Steps undone by a rollback count for the speed.
    this.#before += Math.min(0, read - this.#read);
    this.#read = read;
    const now = performance.now();
    if (now - this.#lastShown < (this.#status.live ? LIVE_MS : PLAIN_MS)) return;
    this.#lastShown = now;
    const pace = this.#seconds / (this.#read - this.#before);
    const line = [
      ...this.#position(event),
      `perplexity ${perplexity(event.trainPerplexity)}`,
      speedOf(event),
      `${duration(pace * Math.max(0, this.#end - this.#read))} left`,
    ].join('  ');
    if (this.#status.live) this.#status.show(line);
    else this.#print(line);
  }

  /** The number of epochs at the end of training. */
  get #end(): number {
    return this.#maxSteps === null ? this.#epochs : this.#maxSteps / this.#stepsPerEpoch;
  }

  #position({ epoch, share, step }: StepEvent): string[] {
    const part = (of: number) => `${this.#status.live ? `${bar(of, 10)} ` : ''}${Math.floor(100 * of)}%`;
    if (this.#maxSteps !== null) {
      return [`step ${count(step)}/${count(this.#maxSteps)}`, part(step / this.#maxSteps)];
    }
    const steps = `${count(Math.round(share * this.#stepsPerEpoch))}/${count(this.#stepsPerEpoch)}`;
    return [`epoch ${epoch}/${this.#epochs}`, part(share), steps];
  }

  #epoch(event: EpochEvent): void {
    this.#lastShown = performance.now();
    const { trainPerplexity, validPerplexity } = event;
    const start =
      this.#maxSteps === null
        ? `epoch ${`${event.epoch}`.padStart(`${this.#epochs}`.length)}/${this.#epochs}  `
        : `step ${count(event.step).padStart(count(this.#maxSteps).length)}/${count(this.#maxSteps)}  `;
    const train = inBits(trainPerplexity, event.trainBitsPerByte, event.trainBitsPerCharacter);
    const valid = inBits(validPerplexity, event.validBitsPerByte, event.validBitsPerCharacter);
    const speed = `${speedOf(event)}  ${duration(this.#seconds)}`;
    const fate = saveStatusOf(event, this.#out);
    this.#print(`${start}train perplexity ${train}  ${speed}`);
    this.#print(
      `${' '.repeat(start.length)}${validPerplexity === null ? fate : `valid perplexity ${valid}  ${fate}`}`,
    );
  }
}

/** `5,210 tokens/s`; of several processes together, with the share of the time that they wait for one another. */
function speedOf({ tokensPerSecond, communicationShare }: StepEvent | EpochEvent): string {
  const speed = `${count(tokensPerSecond)} tokens/s`;
  return communicationShare === undefined
    ? speed
    : `${speed}, ${percent(communicationShare)} in communication`;
}

/** `196.06, 1.79 bits/byte`, with bits per character if the text is not ASCII. */
function inBits(value: number | null, perByte: number | null, perCharacter: number | null): string {
  if (perByte === null || perCharacter === null) return perplexity(value);
  const [byte, character] = [perByte.toFixed(3), perCharacter.toFixed(3)];
  return `${perplexity(value)}, ${byte} bits/byte${byte === character ? '' : `, ${character}/character`}`;
}

function saveStatusOf({ saved, epoch, bestEpoch }: EpochEvent, out: string): string {
  if (saved) return `saved ${printable(out)}`;
  return epoch === bestEpoch ? 'could not be saved' : `not saved; best epoch ${bestEpoch}`;
}

function rollback({ reason, toEpoch, toStep, rateFactor }: RollbackEvent): string {
  return (
    `${reason[0].toUpperCase()}${reason.slice(1)}. Back to step ${count(toStep)} (epoch ${toEpoch}), ` +
    `at 1/${Math.round(1 / rateFactor)} of the learning rate.`
  );
}

/** The files that an interrupted run leaves, and how to resume it. */
export function interruptedMessage(event: Extract<RunEvent, { event: 'interrupted' }>): string {
  const { step, out, savedStep, checkpoint } = event;
  const file = printable(out);
  if (checkpoint !== null) {
    const best = savedStep === null ? '' : ` ${file} has the weights of step ${savedStep}.`;
    return (
      `Stopped after step ${step}.${best}\n` +
      `To resume, run the same command with --resume ${shellWord(printable(checkpoint))}`
    );
  }
  if (savedStep === null) return `Stopped after step ${step}; no model file was written.`;
  const what = savedStep === step ? 'the weights of this step' : `the best weights, of step ${savedStep}`;
  return (
    `Stopped after step ${step}. ${file} has ${what}.\n` +
    `To continue from these weights, run the same command with --init ${shellWord(file)}`
  );
}

function resultText(event: ResultEvent, seconds: number, hasItems: boolean): string {
  const { valid, test, sample, epoch } = event;
  const scores = [...(valid ? [['valid', valid] as const] : []), ...(test ? [['test', test] as const] : [])];
  const file = shellFile(printable(event.out));
  const word = shellWord(printable(event.promptWord));
  const flags = reproducingFlags(event);
  return [
    '',
    ...(scores.length > 0
      ? [bold(`Perplexity of the weights of epoch ${epoch}`), scoreTable(scores), '']
      : []),
    bold('Sample'),
    indent(printableText(sample.trim())),
    '',
    `saved ${printable(event.out)} (${byteSize(event.bytes)}) after ${duration(seconds)}, ` +
      `peak memory ${byteSize(event.memoryBytes)}`,
    ...(flags === null ? [] : [`reproduce with: ${flags}`]),
    '',
    bold('Next steps'),
    `  unrolled evaluate ${file} your-text.txt`,
    `  unrolled generate ${file} ${hasItems ? '--items --count 20' : `--prompt ${word}`}`,
    `  unrolled inspect ${file} --after ${word}`,
  ].join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
