import { useMemo } from 'preact/hooks';
import { Chart } from '../../../charts/chart.tsx';
import type { ChartContents } from '../../../charts/contents.ts';
import type { Influence } from '../../../engine/activations/calls.ts';
import { say } from '../../../language/language.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { choices, model } from '../../../state/models.ts';
import { influenceOfOther, other } from '../../../state/panels/influence.ts';
import { aligned } from './curves.ts';

const LOOKS = [
  { stroke: '#1f6feb', width: 2, dash: [] },
  { stroke: '#d9730d', width: 2, dash: [8, 4] },
];

/** The norms of a prediction by their distance to it, on a log scale; beside those of another model. */
export function Connectivity({ influence }: { readonly influence: Influence }) {
  const { influence: texts } = say.value.panels;
  const { models } = say.value;
  const { result, question } = influenceOfOther;
  const beside = result.value;
  const nameOf = (id: string) => {
    const choice = choices.value.find((one) => one.id === id);
    return choice ? models.choice[choice.origin](choice.name) : texts.nothing;
  };
  const name = nameOf(model.value?.id ?? '');
  const contents = useMemo((): ChartContents => {
    const curves = beside ? [influence, beside] : [influence];
    const names = [name, nameOf(question.value?.model ?? '')];
    return {
      height: 240,
      scales: { x: { time: false, dir: -1 }, y: { distr: 3 } },
      axes: [{ label: texts.axis.distance }, { label: texts.axis.norm, size: 70 }],
      series: [
        { label: texts.axis.distance },
        ...curves.map((_, i) => ({ ...LOOKS[i], label: names[i], spanGaps: true })),
      ],
      data: aligned(curves.map(({ distances, norms }) => ({ xs: distances, ys: norms }))),
    };
  }, [influence, beside, name, texts]);
  const others = ['', ...choices.value.map(({ id }) => id).filter((id) => id !== model.value?.id)];
  return (
    <>
      <h4>{texts.curve}</h4>
      <p class="note">{texts.curveNote}</p>
      <Choice label={texts.compare} value={other} all={others} nameOf={nameOf} />
      <Problem message={influenceOfOther.error.value} />
      <Chart contents={contents} label={texts.curve} />
    </>
  );
}
