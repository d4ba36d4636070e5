import type { SavedModel } from 'unrolled';
import type { Broadcast, Handlers } from '../calls.ts';
import type { Models } from '../models/models.ts';
import type { Reading } from '../reading/reading.ts';
import type { Readings } from '../reading/readings.ts';
import type { ActivationCalls, ExtremePlace, PatternMatch, PatternMatches, PatternRequest } from './calls.ts';
import type { Place } from './extremes.ts';
import { influenceAt, influenceOn } from './influence.ts';
import { isActive, type Match, type Pattern, PatternSearch, patternOf } from './patterns.ts';
import { Recordings } from './recordings.ts';
import type { TrainingRecording } from './training-recording.ts';
import { columnOf, type UnitActivation, unitAt } from './units.ts';

/** Matches of a pattern that are listed. */
const MATCHES = 10;

/** What single units do over the text that is read, and over the training text. */
export class Activations {
  readonly #models: Models;
  readonly #readings: Readings;
  readonly #recordings: Recordings;

  constructor(models: Models, readings: Readings, tell: (message: Broadcast) => void) {
    this.#models = models;
    this.#readings = readings;
    this.#recordings = new Recordings(models, (share) =>
      tell({ kind: 'progress', work: 'activations', share }),
    );
  }

  get handlers(): Handlers<ActivationCalls> {
    return {
      readTrainingText: (id, signal) =>
        this.#models.use(id, async (open) => (await this.#recordings.ofTrainingText(open)).read(signal)),
      extremes: ({ model, ...unit }, signal) => this.#extremes(model, unit, signal),
      unitValues: ({ reading, ...unit }, signal) =>
        this.#readings.use(reading, (one, saved) => this.#valuesOf(one, saved, unit, signal)),
      findPattern: (request, signal) => this.#findPattern(request, signal),
      influence: ({ reading, step, id }) =>
        this.#readings.use(reading, (one, { model }) => influenceOn(model, one, step, id)),
      influenceBy: ({ model, text, end }, signal) =>
        this.#models.use(model, ({ saved }) => influenceAt(saved, text, end, signal)),
    };
  }

  #extremes(
    model: string,
    unit: UnitActivation,
    signal: AbortSignal,
  ): Promise<ReturnType<ActivationCalls['extremes']>> {
    return this.#models.use(model, async (open) => {
      const training = await this.#recordings.ofTrainingText(open);
      await training.recording.read(signal);
      const column = columnOf(training.recording.widths, unit);
      const { highest, lowest } = training.extremesOf(column);
      return {
        highest: await placesOf(training, highest, column),
        lowest: await placesOf(training, lowest, column),
      };
    });
  }

  async #valuesOf(
    reading: Reading,
    saved: SavedModel,
    unit: UnitActivation,
    signal: AbortSignal,
  ): Promise<Float32Array> {
    const recording = await this.#recordings.ofReading(reading, saved, signal);
    const values = new Float32Array(reading.encoded.ids.length - 1);
    const [column, W] = [columnOf(recording.widths, unit), recording.width];
    await recording.each((rows, start) => {
      for (let row = 0; row * W < rows.length; row++) {
        if (start + row > 0) values[start + row - 1] = rows[row * W + column];
      }
    }, signal);
    return values;
  }

  #findPattern(request: PatternRequest, signal: AbortSignal): Promise<PatternMatches> {
    return this.#readings.use(request.reading, (reading, saved) =>
      this.#models.use(request.model, async (open) => {
        const pattern = await this.#patternOf(request, reading, saved, signal);
        const training = await this.#recordings.ofTrainingText(open);
        const { recording } = training;
        await recording.read(signal);
        const units = pattern.units.map(({ unit, sign }) => ({ ...unitAt(recording.widths, unit), sign }));
        if (units.length === 0) return { units, matches: [] };
        const search = new PatternSearch(pattern, recording.width, MATCHES);
        await recording.each((rows) => search.add(rows), signal);
        const matches = search.end().map((match) => matchOf(training, pattern, match));
        return { units, matches: await Promise.all(matches) };
      }),
    );
  }

  async #patternOf(
    { first, last, threshold, isBounded }: PatternRequest,
    reading: Reading,
    saved: SavedModel,
    signal: AbortSignal,
  ): Promise<Pattern> {
    const recording = await this.#recordings.ofReading(reading, saved, signal);
    // Token t has index t + 1; there is always one before it.
    const end = Math.min(last + 2, recording.end);
    const [before, rows] = [await recording.slice(first, first + 1), await recording.slice(first + 1, end)];
    const after = end < recording.end ? await recording.slice(end, end + 1) : null;
    const { units, width } = recording;
    return patternOf(rows, { units, width }, { before, after }, { threshold, isBounded });
  }
}

function placesOf(
  training: TrainingRecording,
  places: readonly Place[],
  column: number,
): Promise<ExtremePlace[]> {
  return Promise.all(
    places.map(async ({ index, value }) => ({
      token: index - 1,
      value,
      context: await training.context(index, index, (rows, row) => rows[row + column]),
    })),
  );
}

async function matchOf(
  training: TrainingRecording,
  { units, threshold }: Pattern,
  { first, last, agreeing, score }: Match,
): Promise<PatternMatch> {
  const context = await training.context(
    first,
    last,
    (rows, row) =>
      units.filter(({ unit, sign }) => isActive(rows[row + unit], sign, threshold)).length / units.length,
  );
  return { first: first - 1, last: last - 1, agreeing, score, context };
}
