import { useMemo } from 'preact/hooks';
import type { AlignedData } from 'uplot';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContents } from '../../charts/contents.ts';
import { svgOf } from '../../charts/svg.ts';
import type { ScoringCurve } from '../../engine/scoring/calls.ts';
import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';

const looks = [
  { stroke: '#d9730d', width: 2 },
  { stroke: '#1f6feb', width: 2, dash: [8, 4] },
];

/** The surprisal along the text. */
export function Curve({ curve, names }: { readonly curve: ScoringCurve; readonly names: readonly string[] }) {
  const texts = say.value.read.curve;
  const contents = useMemo((): ChartContents => {
    const rows = curve.bits.map((bits) => Array.from(bits, (one) => (Number.isNaN(one) ? null : one)));
    return {
      height: 220,
      scales: { x: { time: false }, y: { range: (_, __, high) => [0, Math.max(1, high * 1.05)] } },
      axes: [{ label: texts.x }, { label: texts.y, size: 60 }],
      series: [
        { label: texts.x },
        ...rows.map((_, side) => ({ label: names[side], ...looks[side], points: { show: false } })),
      ],
      data: [Array.from(curve.at), ...rows] as AlignedData,
    };
  }, [curve, names, texts]);
  const save = () => saveFile('surprisal.svg', new Blob([svgOf(contents)], { type: 'image/svg+xml' }));
  return (
    <section>
      <h2>{texts.title}</h2>
      <Chart contents={contents} label={texts.title} />
      <div class="buttons">
        <button type="button" onClick={save}>
          {say.value.train.savePicture}
        </button>
      </div>
    </section>
  );
}
