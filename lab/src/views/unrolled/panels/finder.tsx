import type { Feature } from '../../../engine/activations/features.ts';
import { unitAt } from '../../../engine/activations/units.ts';
import { number, say } from '../../../language/language.ts';
import { Problem } from '../../../parts/problem.tsx';
import {
  error,
  isStopped,
  readTrainingText,
  share,
  stopReading,
  training,
} from '../../../state/panels/training-text.ts';
import { selectUnit } from '../../../state/panels/unit.ts';
import { unit as selected } from '../../../state/selection.ts';
import { rounded } from './marks.ts';

/** Units that are listed for each feature. */
const LISTED = 4;
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
                {Object.entries(found.correlations).map(([feature, correlations]) => (
                  <FeatureRow
                    key={feature}
                    feature={feature as Feature}
                    widths={found.widths}
                    correlations={correlations}
                  />
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
        <button type="button" onClick={() => void readTrainingText()}>
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

function FeatureRow({
  feature,
  widths,
  correlations,
}: {
  readonly feature: Feature;
  readonly widths: readonly number[];
  readonly correlations: Float64Array;
}) {
  const { finder: texts, unitName } = say.value.panels;
  const best = [...correlations.keys()]
    .filter((index) => !Number.isNaN(correlations[index]))
    .sort((a, b) => Math.abs(correlations[b]) - Math.abs(correlations[a]))
    .slice(0, LISTED);
  return (
    <tr>
      <th scope="row">{texts.features[feature]}</th>
      <td>
        {best.length === 0 && <span class="note">{texts.missing}</span>}
        {best.map((index) => {
          const { layer, unit } = unitAt(widths, index);
          const name = `${layer}.${unit}`;
          return (
            <button
              key={name}
              type="button"
              class="unit-button"
              aria-label={`${unitName(layer, unit)}, r = ${rounded(correlations[index], 2)}`}
              aria-pressed={selected.value === name}
              onClick={() => selectUnit({ layer, unit })}
              data-testid="unit-feature"
              data-feature={feature}
              data-layer={layer}
              data-unit={unit}
              data-value={String(correlations[index])}
            >
              <span class="number">{name}</span>
              <meter min={0} max={1} value={Math.abs(correlations[index])} aria-hidden="true" />
              <span class="number">{rounded(correlations[index], 2)}</span>
            </button>
          );
        })}
      </td>
    </tr>
  );
}
