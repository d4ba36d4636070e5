/** What a time budget remembers; a checkpoint holds it, so that a resumed run continues with the time that is left. */
export type BudgetState = {
  /** Time for training and the evaluations after each epoch, in minutes. */
  readonly minutes: number;
  /** Time used so far, in seconds. */
  readonly seconds: number;
  /** Duration of the last evaluation, saving included, in seconds; null before the first. */
  readonly evaluation: number | null;
  /** The highest step so far: steps that are repeated after a rollback change nothing. */
  readonly step: number;
  /** The last check of the plan: seconds, and steps taken. */
  readonly checked: { readonly seconds: number; readonly step: number };
  /** Duration of the evaluations since then, in seconds. */
  readonly evaluated: number;
};

/** What the length of a run depends on, besides the time. */
export interface BudgetLimits {
  readonly stepsPerEpoch: number;
  /** Maximum number of steps. */
  readonly maxSteps: number;
  /** Expected duration of an evaluation as a fraction of an epoch, until the first one is measured. */
  readonly evaluationFraction: number;
}

/** A new length. */
export interface NewLength {
  /** Number of steps of the whole run. */
  readonly steps: number;
  /** Time used so far, in seconds. */
  readonly seconds: number;
  /** Measured time of a step, in seconds. */
  readonly secondsPerStep: number;
}

/** All of these are fractions of the time budget. */
const [CHECK_INTERVAL, LAST_INTERVAL] = [0.1, 0.05];
/**
 * A plan that misses the time by less is kept. After the first check, the tolerance is larger by a part of the time left: the
 * speed of a shared machine varies, and there is time to correct the plan.
 */
const [TOLERANCE, TOLERANCE_OF_REST] = [0.04, 0.15];
/** A run that ends so close to the end of an epoch ends there. */
const WHOLE_EPOCH = 0.02;
/** Late runs get this much for the rest of their schedule; after `END` there is none. */
const [GRACE, END] = [0.05, 1.1];

/**
 * Measures a run with a time budget, and says how many steps fit into it. The plan is checked after each tenth of the time
 * by the speed of that tenth, and more often towards the end, so that a run on a machine that becomes slow is shortened
 * before its schedule ends.
 */
export class TimeBudget {
  readonly #limits: BudgetLimits;
  readonly #now: () => number;
  readonly #began: number;
  readonly #before: number;
  #state: BudgetState;
  /** When the last step or evaluation ended, in seconds. */
  #last: number;

  /**
   * @param state the state to continue from
   * @param now the clock, in milliseconds
   */
  constructor(state: BudgetState, limits: BudgetLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#began = now();
    this.#before = state.seconds;
    this.#state = state;
    this.#last = state.seconds;
  }

  /** The state of a budget of which nothing was used. */
  static begin(minutes: number): BudgetState {
    return {
      ...{ minutes, seconds: 0, evaluation: null, step: 0 },
      ...{ checked: { seconds: 0, step: 0 }, evaluated: 0 },
    };
  }

  save(): BudgetState {
    return { ...this.#state, seconds: this.#seconds };
  }

  /** Call it after each evaluation. */
  evaluated(): void {
    const seconds = this.#seconds;
    const evaluation = seconds - this.#last;
    this.#last = seconds;
    this.#state = { ...this.#state, evaluation, evaluated: this.#state.evaluated + evaluation };
  }

  /**
   * Call it after each step.
   * @param planned the planned number of steps of the run
   * @returns the number of steps that fits, where the planned one misses the time; otherwise null
   */
  stepped(step: number, planned: number): NewLength | null {
    const seconds = this.#seconds;
    this.#last = seconds;
    const { checked, evaluated, step: highest } = this.#state;
    if (step <= highest) return null;
    this.#state = { ...this.#state, step };
    if (!this.#isDue(seconds, step, planned)) return null;
    const secondsPerStep = (seconds - checked.seconds - evaluated) / (step - checked.step);
    const steps = this.#fitting(step, planned, { seconds, secondsPerStep });
    this.#state = { ...this.#state, checked: { seconds, step }, evaluated: 0 };
    return steps === planned ? null : { steps, seconds, secondsPerStep };
  }

  /** In seconds. */
  get #total(): number {
    return 60 * this.#state.minutes;
  }

  get #seconds(): number {
    return this.#before + (this.#now() - this.#began) / 1000;
  }

  /** Whether the plan is to be checked. A run that is much faster than planned would end before a tenth of the time. */
  #isDue(seconds: number, step: number, planned: number): boolean {
    const { checked } = this.#state;
    const isLate = checked.seconds >= (1 - CHECK_INTERVAL) * this.#total;
    const next = checked.seconds + (isLate ? LAST_INTERVAL : CHECK_INTERVAL) * this.#total;
    return seconds >= next || (checked.step === 0 && step >= CHECK_INTERVAL * planned);
  }

  /** The planned number of steps if it about fits into the time, else the number that does. */
  #fitting(step: number, planned: number, speed: Omit<NewLength, 'steps'>): number {
    const { seconds, secondsPerStep } = speed;
    const left = this.#total - seconds;
    const grace = GRACE * this.#total;
    if (seconds >= END * this.#total) return step;
    const steps =
      left > grace
        ? this.#fit(step, left, secondsPerStep)
        : Math.min(planned, this.#fit(step, grace, secondsPerStep));
    const rest = this.#state.checked.step === 0 ? 0 : Math.max(0, left);
    const tolerance = TOLERANCE * this.#total + TOLERANCE_OF_REST * rest;
    return Math.abs(steps - planned) * secondsPerStep <= tolerance ? planned : steps;
  }

  /** The steps of the run that fit into the time left, with an evaluation after each epoch and at the end. */
  #fit(step: number, left: number, secondsPerStep: number): number {
    const { stepsPerEpoch, maxSteps, evaluationFraction } = this.#limits;
    const evaluation = this.#state.evaluation ?? evaluationFraction * stepsPerEpoch * secondsPerStep;
    const close = (WHOLE_EPOCH * this.#total) / secondsPerStep;
    const first = Math.floor(step / stepsPerEpoch);
    for (let epoch = first + 1; ; epoch++) {
      const end = step + (left - (epoch - first) * evaluation) / secondsPerStep;
      const [begin, whole] = [Math.max(step, (epoch - 1) * stepsPerEpoch), epoch * stepsPerEpoch];
      if (end > whole && whole < maxSteps) continue;
      const near = end >= whole - close ? whole : end <= begin + close && begin > step ? begin : end;
      return Math.min(maxSteps, Math.max(begin, Math.floor(near)));
    }
  }
}
