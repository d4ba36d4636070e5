import type { TrainingActivations } from '../../../engine/activations/calls.ts';
import type { Feature } from '../../../engine/activations/features.ts';
import { activationAt, unitCount } from '../../../engine/activations/units.ts';
import { number, say } from '../../../language/language.ts';
import { Problem } from '../../../parts/problem.tsx';
import { model } from '../../../state/models.ts';
import {
  error,
  isStopped,
  readTrainingText,
  share,
  stopReading,
  training,
} from '../../../state/panels/training-text.ts';
import { selectActivation, shownActivation } from '../../../state/panels/unit.ts';
import { rounded, signed } from './marks.ts';

/** Units that are listed for each feature. */
const LISTED = 3;
/** The most tokens that the engine reads. */
const MOST_TOKENS = 200_000;

/** Units by the feature of the text that they follow. */
export function Finder() {
  const texts = say.value.panels.finder;
  const found = training.value;
  return (
    <>
      <h4>{texts.heading}</h4>
      <p class="note">{texts.note}</p>
      <Problem message={error.value} />
      <Progress />
      {found && (
        <>
          <p class="legend">{(found.isCut ? texts.readStart : texts.read)(number(found.tokens))}</p>
          <div class="scrolls">
            <table class="finder">
              <thead>
                <tr>
                  <th scope="col">{texts.feature}</th>
                  <th scope="col">{texts.best}</th>
                </tr>
              </thead>
              <tbody>
                {rowsOf(found).map((row) => (
                  <FeatureRow key={row.feature} row={row} widths={found.widths} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}

/** The work on the training text: begun, stopped and continued by its button. */
function Progress() {
  const { finder: texts, stop } = say.value.panels;
  if (training.value) return null;
  if (share.value === null) {
    return (
      <div class="buttons">
        <button type="button" disabled={model.value === null} onClick={() => void readTrainingText()}>
          {texts.button}
        </button>
        {isStopped.value && <span class="note">{texts.stopped}</span>}
      </div>
    );
  }
  return (
    <div class="buttons" role="status">
      <span>{texts.reading(number(MOST_TOKENS))}</span>
      <progress value={share.value} aria-label={texts.reading(number(MOST_TOKENS))} />
      <button type="button" onClick={stopReading}>
        {stop}
      </button>
    </div>
  );
}

interface Row {
  readonly feature: Feature;
  readonly correlations: Float64Array;
  /** The indices of the units that follow the feature most. */
  readonly best: readonly number[];
}

/** The features, those that a unit follows most first. */
function rowsOf({ correlations, widths }: TrainingActivations): readonly Row[] {
  const U = unitCount(widths);
  const rows = Object.entries(correlations).map(([feature, all]): Row => {
    const varying = strongerOf(all, U).filter((index) => !Number.isNaN(all[index]));
    const best = varying.sort((a, b) => Math.abs(all[b]) - Math.abs(all[a])).slice(0, LISTED);
    return { feature: feature as Feature, correlations: all, best };
  });
  const strength = ({ best, correlations: all }: Row) => (best.length === 0 ? 0 : Math.abs(all[best[0]]));
  return rows.sort((a, b) => strength(b) - strength(a));
}

/** (U) For each unit, the index of the number that follows the feature more: of its h, or of its tanh(c) where it has one. */
function strongerOf(all: Float64Array, U: number): number[] {
  return Array.from({ length: U }, (_, unit) =>
    Math.abs(all[unit + U]) > Math.abs(all[unit]) ? unit + U : unit,
  );
}

function FeatureRow({
  row: { feature, correlations, best },
  widths,
}: {
  readonly row: Row;
  readonly widths: readonly number[];
}) {
  const { finder: texts } = say.value.panels;
  return (
    <tr>
      <th scope="row">{texts.features[feature]}</th>
      <td>
        {best.length === 0 && <span class="note">{texts.missing}</span>}
        {best.map((index) => (
          <UnitButton key={index} {...{ feature, widths, index }} r={correlations[index]} />
        ))}
      </td>
    </tr>
  );
}

function UnitButton({
  feature,
  widths,
  index,
  r,
}: {
  readonly feature: Feature;
  readonly widths: readonly number[];
  readonly index: number;
  readonly r: number;
}) {
  const { unitName, unitShort, activationNames } = say.value.panels;
  const found = activationAt(widths, index);
  const { layer, unit, activation } = found;
  const shown = shownActivation.value;
  return (
    <button
      type="button"
      class="unit-button"
      aria-pressed={shown?.layer === layer && shown.unit === unit && shown.activation === activation}
      onClick={() => selectActivation(found)}
      data-testid="unit-feature"
      data-feature={feature}
      data-layer={layer}
      data-unit={unit}
      data-activation={activation}
      data-value={String(r)}
    >
      <span>
        {widths.length > 1 ? unitName(layer + 1, unit) : unitShort(unit)}
        {activation !== 'h' && `, ${activationNames[activation]}`}
      </span>
      <span class="r-bar" aria-hidden="true">
        <span style={{ width: `${100 * Math.abs(r)}%`, backgroundColor: signed(Math.sign(r)).colour }} />
      </span>
      <span class="number">{rounded(r, 2)}</span>
    </button>
  );
}
