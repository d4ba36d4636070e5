import { say } from '../../language/language.ts';
import { reading } from '../../state/reading.ts';
import { selectedUnit } from '../../state/selection.ts';
import { columnAt, shownToken, widths } from '../../state/spine.ts';
import { tokenText } from './spine/scene.ts';

/** The most steps of the selected unit's row; around the token that is shown where the text is longer. */
const MOST_STEPS = 256;

/** The numbers behind the picture: all units at the token that is shown, and the selected unit at each token. */
export function Numbers() {
  const facts = reading.value;
  if (!facts) return null;
  const texts = say.value.unrolled;
  const step = shownToken.value;
  const unit = selectedUnit.value;
  return (
    <details class="numbers">
      <summary>{texts.numbers}</summary>
      {widths.value.map((width, layer) => (
        <div key={layer}>
          <h3>{`${texts.token(step, tokenText(facts, step))}, ${texts.layer(layer + 1)}`}</h3>
          <ol class="unit-cells" start={0}>
            {Array.from({ length: width }, (_, index) => (
              <Cell key={index} layer={layer} unit={index} step={step} label={String(index)} />
            ))}
          </ol>
        </div>
      ))}
      {unit && unit.unit < (widths.value[unit.layer] ?? 0) && (
        <div>
          <h3>{`${texts.unitRow}: ${texts.cell(unit.layer + 1, unit.unit)}`}</h3>
          <ol class="unit-cells">
            {rowSteps(facts.ids.length, step).map((one) => (
              <Cell key={one} {...unit} step={one} label={tokenText(facts, one)} />
            ))}
          </ol>
        </div>
      )}
    </details>
  );
}

/** The steps of the row, without the one whose column has the cell already. */
function rowSteps(n: number, shown: number): readonly number[] {
  const first = Math.max(0, Math.min(n - MOST_STEPS, shown - MOST_STEPS / 2));
  const all = Array.from({ length: Math.min(n, MOST_STEPS) }, (_, i) => first + i);
  return all.filter((step) => step !== shown);
}

function Cell({
  layer,
  unit,
  step,
  label,
}: {
  readonly layer: number;
  readonly unit: number;
  readonly step: number;
  readonly label: string;
}) {
  const column = columnAt(step);
  if (!column) return null;
  const { h, width } = column.window.layers[layer];
  const value = h[column.row * width + unit];
  return (
    <li
      class="number"
      data-testid="unit-cell"
      data-layer={layer}
      data-unit={unit}
      data-step={step}
      data-value={String(value)}
    >
      <span class="cell-name">{label}</span> {value.toFixed(3)}
    </li>
  );
}
