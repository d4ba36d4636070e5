import type { Reason } from '../../recipe/automatic/reasons.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { FailedEvent, StartEvent, WarningEvent } from '../../recipe/run/events.ts';
import { flagOf } from '../arguments/recipe-flags.ts';
import { count, plural } from '../terminal/format.ts';

/** Why a recipe was chosen, and the flags that repeat it; nothing where nothing was chosen. */
export function chosenLines({ chosen, recipe }: Pick<StartEvent, 'chosen' | 'recipe'>): string[] {
  if (chosen.length === 0) return [];
  return [...chosen.map(sentenceOf), `reproduce with: ${chosenFlags(recipe, chosen)}`];
}

function sentenceOf(reason: Reason): string {
  switch (reason.reason) {
    case 'tokenised-text':
      return 'words: white space cuts this text into words already (--tokens)';
    case 'words-by-size':
      return `words: only those have such a ${flagOf('vocabSize')}`;
    case 'raw-text':
      return `bpe of ${count(reason.vocabSize)} pieces: this text is raw (--tokens, --vocab-size)`;
    case 'pieces-for-text':
      return `${count(reason.vocabSize)} pieces: they suit a text of this length (--vocab-size)`;
    case 'fewer-pieces':
      return `${count(reason.learnt)} pieces, not ${count(reason.vocabSize)}: no more pairs of this text occur twice`;
    case 'wider-too-slow': {
      const time = minutesOf(reason);
      return `${modelOf(reason)}: a wider one would read the text fewer than ${reason.epochs} times in ${time}`;
    }
    case 'narrowest':
      return `${modelOf(reason)}: the narrowest that is chosen; a wider one needs more than ${minutesOf(reason)}`;
    case 'widest-for-text':
      return `${modelOf(reason)}: no wider model suits a text of this length`;
    case 'widest-for-steps': {
      const { layers, hidden, cell, steps } = reason;
      return `${layers} × ${hidden} ${cell}: the widest that ${plural(steps, 'step')} on this text suffice for`;
    }
    case 'epochs-asked':
      return `${plural(reason.epochs, 'epoch')}, as asked`;
    case 'part-of-text': {
      const { maxTokens, minutes } = reason;
      return `one epoch of the first ${count(maxTokens)} tokens: all of them need --minutes ${minutes}`;
    }
    case 'epochs-enough':
      return `${reason.epochs} epochs: more epochs would overfit a text this short`;
    case 'epochs-fit': {
      const many = plural(reason.epochs, 'epoch');
      return `${many}: as many as fit into ${minutesOf(reason)}; --minutes changes the time`;
    }
  }
}

/** `1 minute`, `0.2 minutes`: as they were asked for, which may be a part of one. */
function minutesOf({ minutes }: { readonly minutes: number }): string {
  return `${minutes.toLocaleString('en-US')} minute${minutes === 1 ? '' : 's'}`;
}

function modelOf(reason: Extract<Reason, { tokensPerSecond: number }>): string {
  const { layers, hidden, cell, tokensPerSecond } = reason;
  return `${layers} × ${hidden} ${cell} at ${count(tokensPerSecond)} tokens/s here`;
}

const chosenSettings = [
  'layers',
  'wordvec',
  'hidden',
  'dropout',
  'batch',
  'epochs',
  'maxSteps',
  'maxTokens',
] as const;

/** The settings of tokens that a reason says were chosen. */
const tokenSettings: Readonly<Partial<Record<Reason['reason'], readonly (keyof Recipe)[]>>> = {
  'tokenised-text': ['tokens'],
  'words-by-size': ['tokens'],
  'raw-text': ['tokens', 'vocabSize'],
  'pieces-for-text': ['vocabSize'],
};

/** What was chosen, as flags. */
function chosenFlags(recipe: Recipe, chosen: readonly Reason[]): string {
  const values = { ...recipe, dropout: recipe.dropout ?? 0 };
  const hasSteps = recipe.maxSteps !== undefined;
  const ofTokens = chosen.flatMap(({ reason }) => tokenSettings[reason] ?? []);
  const given = [...ofTokens, ...chosenSettings].filter(
    (name) => values[name] != null && !(hasSteps && name === 'epochs'),
  );
  return given.map((name) => `${flagOf(name)} ${values[name]}`).join(' ');
}

export function warningMessage(event: WarningEvent): string {
  switch (event.reason) {
    case 'other-arithmetic':
      return (
        `--resume: ${event.file} was computed by ${event.before}, the run resumes with ${event.now}; ` +
        'it is as good, but not equal to the bit: the bits differ from here on. ' +
        'Give the same --backend and --threads where that matters.'
      );
    case 'checkpoint-damaged':
      return `${event.message} The run resumes from ${event.file}, the one before it.`;
    case 'slow-step': {
      const { seconds, batch, time } = event;
      return (
        `A step is expected to take about ${plural(Math.round(seconds), 'second')}, with --batch ${batch} and --time ${time}; nothing is shown or saved ` +
        'within a step. A smaller --batch, --time, --hidden or --layers shortens it.'
      );
    }
    case 'model-not-saved':
      return `${event.message} Training continues, and saving is tried again at the end.`;
    case 'checkpoint-not-saved':
      return `${event.message} Training continues without this checkpoint.`;
  }
}

/** The first line of a run that begins anew beside unfinished work of its own request; nothing otherwise. */
export function unfinishedLine({ unfinished, out }: StartEvent): string | null {
  if (!unfinished) return null;
  return (
    `An unfinished run of the same text and flags is beside ${out}: --resume latest continues it from step ` +
    `${count(unfinished.step)}. This run starts anew, and removes it at its end.`
  );
}

/** Why lines of the log are missing. */
export function logMessage(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `--log: ${reason} Training continues; lines that can't be written are left out.`;
}

/** Says which file a failed run leaves. */
export function failureMessage({ message, out, savedEpoch }: FailedEvent): string {
  const kept =
    savedEpoch === null
      ? 'No model file was written by this run.'
      : `${out} keeps the weights of epoch ${savedEpoch}.`;
  return `${message} ${kept}`;
}
