import { count, plural } from '../../cli/terminal/format.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { flopsPerToken } from '../../models/flops.ts';
import type { Recipe } from '../recipe.ts';

/** A recipe that could be taken, and the model that it makes. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly config: RecurrentConfig;
  /** Where it reads the text less often, a narrower one is better. */
  readonly passes: number;
}

/** What the choice is made from. */
export interface Budget {
  /** From narrow to wide; one at least. They differ in nothing but the model. */
  readonly candidates: readonly Candidate[];
  /** Of the training text. */
  readonly tokens: number;
  /** How long the training may take. */
  readonly minutes: number;
  /** How often the text is to be read; null where that is to be chosen too. */
  readonly epochs: number | null;
}

export interface Choice extends Pick<Candidate, 'recipe' | 'config'> {
  /** Why, in sentences. */
  readonly reasons: readonly string[];
}

/** Tokens a second of training, on this machine. */
export type SpeedOf = (candidate: Candidate) => Promise<number>;

/** Operations a second, to begin with: two cores of a plain machine. What is measured takes its place. */
const NOMINAL = 60e9;
/** More often through a short text teaches it by heart. */
const MOST_EPOCHS = 40;
/** What the scores after each epoch leave of the time. */
const FILL = 0.9;

/**
 * The widest model that reads the text as often as it needs in the time there is, and how often it does so.
 * @param speedOf tokens a second of training, on this machine
 */
export async function choose(occasion: Budget, speedOf: SpeedOf): Promise<Choice> {
  const { candidate, speed } = await chooseWidth(occasion, speedOf);
  const { config, recipe } = candidate;
  const { length, reason } = chooseLength(occasion, speed);
  const { minutes, candidates, epochs } = occasion;
  const wider = candidates[candidates.indexOf(candidate) + 1];
  const limit = wider
    ? `a wider one would read the text less than ${epochs ?? wider.passes} times in ${plural(minutes, 'minute')}`
    : 'no wider model suits a text of this length';
  const width = `${config.layers} × ${config.hiddenSize} ${config.cell} at ${count(speed)} tokens/s here: ${limit}`;
  return { config, recipe: { ...recipe, ...length }, reasons: [width, reason] };
}

/** Two trials at most: of the model that suits a plain machine, and of the one that suits this machine. */
async function chooseWidth({ candidates, tokens, minutes, epochs }: Budget, speedOf: SpeedOf) {
  const secondsOf = (candidate: Candidate, operations: number) =>
    ((epochs ?? candidate.passes) * tokens * operationsOf(candidate)) / operations;
  const widest = (operations: number) =>
    candidates.findLast((candidate) => secondsOf(candidate, operations) <= 60 * FILL * minutes) ??
    candidates[0];
  const first = widest(NOMINAL);
  const speed = await speedOf(first);
  const candidate = widest(speed * operationsOf(first));
  return { candidate, speed: candidate === first ? speed : await speedOf(candidate) };
}

/** That a trained token costs. */
function operationsOf({ config, recipe }: Candidate): number {
  return flopsPerToken(config, recipe.sampledSoftmax ?? undefined);
}

function chooseLength(
  { tokens, minutes, epochs }: Budget,
  speed: number,
): { length: Partial<Recipe>; reason: string } {
  const room = 60 * FILL * minutes * speed; // tokens
  const time = plural(minutes, 'minute');
  if (epochs !== null) return { length: {}, reason: `${plural(epochs, 'epoch')}, as asked` };
  if (room < tokens) {
    const maxTokens = Math.floor(room);
    const whole = Math.ceil(tokens / speed / FILL / 60);
    const reason = `one epoch of the first ${count(maxTokens)} tokens: all of them need --minutes ${whole}`;
    return { length: { epochs: 1, maxTokens }, reason };
  }
  const fit = Math.floor(room / tokens);
  if (fit >= MOST_EPOCHS) {
    return {
      length: { epochs: MOST_EPOCHS },
      reason: `${MOST_EPOCHS} epochs: more of them teach a text by heart`,
    };
  }
  return {
    length: { epochs: fit },
    reason: `${plural(fit, 'epoch')}: what fits into ${time}; --minutes gives another time`,
  };
}
