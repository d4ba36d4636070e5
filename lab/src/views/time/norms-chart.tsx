import { useMemo } from 'preact/hooks';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContents } from '../../charts/contents.ts';
import { svgOf } from '../../charts/svg.ts';
import { say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { cells, layerFromTop, type Shown, shownState, states } from '../../state/back/back.ts';
import { ratePerStep, shownNorm } from '../../state/back/shown-norms.ts';
import { normCurves } from './norm-curves.ts';

/** The norms by steps back, on a log scale: the model, and the three small ones. */
export function NormsChart({ shown: { gradients } }: { readonly shown: Shown }) {
  const texts = say.value.time;
  const [state, fromTop, small] = [shownState.value, layerFromTop.value, cells.value];
  const contents = useMemo((): ChartContents => {
    const own = `${texts.this} (${gradients.cell.toUpperCase()})`;
    const names = { own, beyond: texts.beyond, cut: texts.cut };
    const { data, series } = normCurves(gradients, small, { state, layerFromTop: fromTop }, names);
    return {
      height: 320,
      scales: { x: { time: false }, y: { distr: 3 } },
      axes: [{ label: texts.axisBack }, { label: texts.axisNorm[state], size: 80 }],
      series: [{ label: texts.axisBack }, ...series],
      data,
    };
  }, [gradients, small, state, fromTop, texts]);
  const rate = ratePerStep(gradients, fromTop);
  return (
    <>
      <h3>{texts.chart}</h3>
      <div class="chart-choice">
        <Choice label={texts.state} value={shownState} all={states} nameOf={(one) => texts.states[one]} />
        {state === 'c' && <p class="note">{texts.hasNoC}</p>}
        {state === 'h' && rate !== null && <p class="note">{texts.rate(shownNorm(rate))}</p>}
      </div>
      <Chart contents={contents} label={texts.chart} />
      <div class="buttons">
        <button type="button" onClick={() => saveFile('gradients.svg', new Blob([svgOf(contents)]))}>
          {texts.saveChart}
        </button>
      </div>
    </>
  );
}
