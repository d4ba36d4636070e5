import type { Reason } from '../../../recipe/automatic/reasons.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import type { FailedEvent, ReplanEvent, StartEvent, WarningEvent } from '../../../recipe/run/events.ts';
import { flagOf } from '../../arguments/recipe-flags.ts';
import { count, duration, plural } from '../../terminal/format.ts';

/** Why settings were chosen, and the flags that reproduce them; empty if nothing was chosen. */
export function chosenLines({ chosen, recipe }: Pick<StartEvent, 'chosen' | 'recipe'>): string[] {
  if (chosen.length === 0) return [];
  return [...chosen.map(sentenceOf), `reproduce with: ${chosenFlags(recipe, chosen)}`];
}

/** The flags that reproduce a run in place of automatic choices and a time budget; null if nothing was chosen or changed. */
export function reproducingFlags({ chosen, recipe }: Pick<StartEvent, 'chosen' | 'recipe'>): string | null {
  return chosen.length === 0 && recipe.planned === undefined ? null : chosenFlags(recipe, chosen);
}

/** Why the length of a run changed, and its new length. */
export function replanMessage({ step, seconds, before, steps, tokensPerSecond }: ReplanEvent): string {
  return (
    `Replanned at step ${count(step)} (${duration(seconds)}) for ${count(tokensPerSecond)} tokens/s: ` +
    `${plural(steps, 'step')} instead of ${count(before)} fit into the time budget.`
  );
}

function sentenceOf(reason: Reason): string {
  switch (reason.reason) {
    case 'tokenised-text':
      return 'word tokens: this text is already tokenised at white space (--tokens)';
    case 'words-by-size':
      return `word tokens: ${flagOf('vocabSize')} of this size applies to words only`;
    case 'raw-text':
      return `bpe with ${count(reason.vocabSize)} pieces: this text is not tokenised (--tokens, --vocab-size)`;
    case 'pieces-for-text':
      return `${count(reason.vocabSize)} pieces: suits a text of this length (--vocab-size)`;
    case 'fewer-pieces':
      return `${count(reason.learnt)} pieces, not ${count(reason.vocabSize)}: no other pair occurs twice in this text`;
    case 'wider-too-slow': {
      const needed = `${count(reason.tokens)} tokens of training`;
      return `${modelOf(reason)}: a wider model needs ${needed}, more than fit in ${minutesOf(reason)}`;
    }
    case 'narrowest':
      return `${modelOf(reason)}: the smallest candidate; a wider one needs more than ${minutesOf(reason)}`;
    case 'widest-for-text':
      return `${modelOf(reason)}: the widest for a text of this length`;
    case 'widest-for-steps': {
      const { layers, hidden, cell, steps } = reason;
      return `${layers} × ${hidden} ${cell}: the widest that ${plural(steps, 'step')} can train on this text`;
    }
    case 'epochs-asked':
      return `${plural(reason.epochs, 'epoch')}, as requested`;
    case 'part-of-text': {
      const { maxTokens, minutes } = reason;
      return `one epoch on the first ${count(maxTokens)} tokens; the whole text needs --minutes ${minutes}`;
    }
    case 'epochs-enough':
      return `${reason.epochs} epochs: more epochs would overfit a text this short`;
    case 'epochs-fit': {
      const many = plural(reason.epochs, 'epoch');
      return `${many}: as many as fit in ${minutesOf(reason)} (--minutes)`;
    }
  }
}

/** `1 minute`, `0.2 minutes`. */
function minutesOf({ minutes }: { readonly minutes: number }): string {
  return `${minutes.toLocaleString('en-US')} minute${minutes === 1 ? '' : 's'}`;
}

function modelOf(reason: Extract<Reason, { tokensPerSecond: number }>): string {
  const { layers, hidden, cell, tokensPerSecond } = reason;
  return `${layers} × ${hidden} ${cell} at ${count(tokensPerSecond)} tokens/s here`;
}

const chosenSettings = [
  'cell',
  'layers',
  'wordvec',
  'hidden',
  'dropout',
  'lr',
  'batch',
  'epochs',
  'maxSteps',
  'planned',
  'maxTokens',
] as const;

/** The token settings that a reason explains. */
const tokenSettings: Readonly<Partial<Record<Reason['reason'], readonly (keyof Recipe)[]>>> = {
  'tokenised-text': ['tokens'],
  'words-by-size': ['tokens'],
  'raw-text': ['tokens', 'vocabSize'],
  'pieces-for-text': ['vocabSize'],
};

/** The chosen settings, as flags. */
function chosenFlags(recipe: Recipe, chosen: readonly Reason[]): string {
  const values = { ...recipe, dropout: recipe.dropout ?? 0 };
  const hasSteps = recipe.maxSteps !== undefined;
  // A resumed run doesn't know the reasons, and another version may have chosen another optimizer.
  const ofTokens: readonly (keyof Recipe)[] =
    chosen.length === 0
      ? ['tokens', 'vocabSize', 'optimizer']
      : chosen.flatMap(({ reason }) => tokenSettings[reason] ?? []);
  const given = [...ofTokens, ...chosenSettings].filter(
    (name) => values[name] != null && !(hasSteps && name === 'epochs'),
  );
  return given.map((name) => `${flagOf(name)} ${values[name]}`).join(' ');
}

export function warningMessage(event: WarningEvent): string {
  switch (event.reason) {
    case 'other-arithmetic':
      return (
        `--resume: ${event.file} was computed with ${event.before}, and the run resumes with ${event.now}; ` +
        'from here on, the results are equally good but not bit-identical. ' +
        'Use the same --backend and --threads if that matters.'
      );
    case 'checkpoint-damaged':
      return `${event.message} Resuming from the previous checkpoint, ${event.file}.`;
    case 'slow-step': {
      const { seconds, batch, time } = event;
      return (
        `A step will take about ${plural(Math.round(seconds), 'second')} with --batch ${batch} and --time ${time}; nothing is shown or saved ` +
        'during a step. A smaller --batch, --time, --hidden or --layers makes it shorter.'
      );
    }
    case 'model-not-saved':
      return `${event.message} Training continues; saving is retried at the end.`;
    case 'checkpoint-not-saved':
      return `${event.message} Training continues without this checkpoint.`;
  }
}

/** The notice that an unfinished run of the same request exists; null if there is none. */
export function unfinishedLine({ unfinished, out }: StartEvent): string | null {
  if (!unfinished) return null;
  return (
    `There is an unfinished run of the same text and flags next to ${out}; --resume latest continues it from step ` +
    `${count(unfinished.step)}. This run starts over, and deletes it at the end.`
  );
}

/** Reports that lines of the log could not be written. */
export function logMessage(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `--log: ${reason} Training continues; lines that can't be written are left out.`;
}

/** The error of a failed run, with the model file that it leaves. */
export function failureMessage({ message, out, savedEpoch }: FailedEvent): string {
  const kept =
    savedEpoch === null
      ? 'No model file was written by this run.'
      : `${out} has the weights of epoch ${savedEpoch}.`;
  return `${message} ${kept}`;
}
