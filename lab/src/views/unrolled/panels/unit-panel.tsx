import { useMemo } from 'preact/hooks';
import { Chart } from '../../../charts/chart.tsx';
import type { ChartContents } from '../../../charts/contents.ts';
import { activationNames, type Unit, type UnitActivation } from '../../../engine/activations/units.ts';
import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { say } from '../../../language/language.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { model } from '../../../state/models.ts';
import { extremes, selectUnit, shownActivation, values } from '../../../state/panels/unit.ts';
import { reading } from '../../../state/reading.ts';
import { activation, selectedToken, token } from '../../../state/selection.ts';
import { ExtremePlaces } from './extreme-places.tsx';
import { Finder } from './finder.tsx';
import { Follows } from './follows.tsx';
import { Legend } from './legend.tsx';
import { rounded, signed } from './marks.ts';
import { NumberField } from './number-field.tsx';
import { pieceOf } from './pieces.ts';
import { thin } from './thin.ts';
import { TokenText } from './token-text.tsx';

/** The most points of the curve. */
const POINTS = 2_000;

/** One unit, by h or tanh(c): over the text that is read, and over the training text; and how to find one. */
export function UnitPanel() {
  const texts = say.value.panels;
  const unit = shownActivation.value;
  const { question, result } = values;
  const isShown = question.value !== null && question.value.reading === reading.value?.id;
  return (
    <section class="panel" aria-label={texts.unit.heading}>
      <h3>
        {unit ? `${texts.unit.heading}: ${texts.unitName(unit.layer + 1, unit.unit)}` : texts.unit.heading}
      </h3>
      <p class="note">
        {texts.unit.note} {model.value?.hasCellState && texts.unit.cellNote} ({texts.unit.source})
      </p>
      <UnitFields unit={unit} />
      {!unit && <p class="empty">{texts.unit.choose}</p>}
      <Problem message={values.error.value} />
      {unit && isShown && result.value && reading.value && (
        <UnitText unit={unit} values={result.value} read={reading.value} />
      )}
      {unit && <Follows unit={unit} />}
      {unit && extremes.result.value && (
        <ExtremePlaces unit={unit} places={extremes.result.value} isOld={extremes.isWorking.value} />
      )}
      <Problem message={extremes.error.value} />
      <Finder />
    </section>
  );
}

function UnitFields({ unit }: { readonly unit: Unit | null }) {
  const texts = say.value.panels.unit;
  const config = model.value?.config;
  if (!config) return null;
  const choose = (change: Partial<Unit>) => selectUnit({ layer: 0, unit: 0, ...unit, ...change });
  const isTied = config.tied === true && (unit?.layer ?? 0) === config.layers - 1;
  const width = isTied ? config.embeddingSize : config.hiddenSize;
  return (
    <div class="panel-fields">
      {config.layers > 1 && (
        <NumberField
          label={texts.layer}
          value={unit ? unit.layer + 1 : null}
          least={1}
          most={config.layers}
          onChange={(layer) => choose({ layer: layer - 1, unit: 0 })}
        />
      )}
      <NumberField
        label={texts.index}
        value={unit?.unit ?? null}
        most={width - 1}
        onChange={(index) => choose({ unit: index })}
      />
      {model.value?.hasCellState && (
        <Choice
          label={texts.activation}
          value={activation}
          all={activationNames}
          nameOf={(name) => texts.activations[name]}
        />
      )}
    </div>
  );
}

function UnitText({
  unit,
  values: numbers,
  read,
}: {
  readonly unit: UnitActivation;
  readonly values: Float32Array;
  readonly read: ReadingFacts;
}) {
  const texts = say.value.panels;
  const name = texts.activationNames[unit.activation];
  const contents = useMemo((): ChartContents => {
    const { xs, ys } = thin(numbers, POINTS);
    const { axis, chart } = texts.unit;
    return {
      height: 150,
      scales: { x: { time: false }, y: { range: [-1, 1] } },
      axes: [{ label: axis.token }, { label: name, size: 60, splits: () => [-1, 0, 1] }],
      series: [
        { label: axis.token },
        { label: chart, stroke: '#1f6feb', width: 1.5, points: { show: numbers.length < 100 } },
      ],
      data: [xs, ys],
    };
  }, [numbers, texts, name]);
  const look = (index: number) => ({
    text: pieceOf(read, index),
    ...signed(numbers[index]),
    name: `${texts.token(String(index))}: ${texts.value(name, rounded(numbers[index], 6))}`,
    isSelected: index === selectedToken.value,
    data: { 'data-value': String(numbers[index]) },
  });
  return (
    <>
      <p class="legend">
        {texts.scale} <Legend kind="signed" ends={['−1', '1']} />
      </p>
      <TokenText
        label={texts.unit.text}
        testId="unit-text-token"
        read={read}
        count={numbers.length}
        look={look}
        start={selectedToken.value ?? 0}
        onChoose={(index) => (token.value = String(index))}
      />
      <Chart contents={contents} label={texts.unit.chart} />
    </>
  );
}
