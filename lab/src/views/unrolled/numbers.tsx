import { computed, type ReadonlySignal, untracked } from '@preact/signals';
import type { ColumnWindow } from '../../engine/reading/calls.ts';
import { say } from '../../language/language.ts';
import { reading } from '../../state/reading.ts';
import { selectedUnit } from '../../state/selection.ts';
import { columnAt, shownToken, shownWindow, widths } from '../../state/spine.ts';
import { tokenText } from './spine/scene.ts';

/** The most steps of the selected unit's row; around the token that is shown where the text is longer. */
const MOST_STEPS = 256;

/** The numbers behind the picture: all units at the token that is shown, and the selected unit at each token. */
export function Numbers() {
  const facts = reading.value;
  const window = shownWindow.value;
  if (!facts || !window) return null;
  const texts = say.value.unrolled;
  const step = shownToken.value;
  return (
    <details class="numbers">
      <summary>{texts.numbers}</summary>
      {window.layers.map(({ width }, layer) => (
        <div key={layer}>
          <h3>{`${texts.token(step, tokenText(facts, step))}, ${texts.layer(layer + 1)}`}</h3>
          <ol class="unit-cells">
            {Array.from({ length: width }, (_, unit) => (
              <Cell key={unit} {...{ window, layer, unit, step }} label={String(unit)} />
            ))}
          </ol>
        </div>
      ))}
      <UnitRow />
    </details>
  );
}

/** The steps of the selected unit's row that are there, without the shown one, whose column has the cell. */
const rowSteps: ReadonlySignal<string> = computed(() => {
  const n = reading.value?.ids.length ?? 0;
  const unit = selectedUnit.value;
  if (!unit || unit.unit >= (widths.value[unit.layer] ?? 0)) return '';
  const first = Math.max(0, Math.min(n - MOST_STEPS, shownToken.value - MOST_STEPS / 2));
  const all = Array.from({ length: Math.min(n, MOST_STEPS) }, (_, i) => first + i);
  return all.filter((step) => step !== shownToken.value && columnAt(step) !== null).join();
});

function UnitRow() {
  const texts = say.value.unrolled;
  const [facts, unit] = [reading.value, selectedUnit.value];
  if (!facts || !unit || rowSteps.value === '') return null;
  return (
    <>
      <h3>{`${texts.unitRow}: ${texts.cell(unit.layer + 1, unit.unit)}`}</h3>
      <ol class="unit-cells">
        {rowSteps.value.split(',').map((text) => {
          const step = Number(text);
          const window = untracked(() => columnAt(step))?.window;
          return window && <Cell key={step} {...{ window, step, ...unit }} label={tokenText(facts, step)} />;
        })}
      </ol>
    </>
  );
}

function Cell({
  window,
  layer,
  unit,
  step,
  label,
}: {
  readonly window: ColumnWindow;
  readonly layer: number;
  readonly unit: number;
  readonly step: number;
  readonly label: string;
}) {
  const { h, width } = window.layers[layer];
  const value = h[(step - window.start) * width + unit];
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
