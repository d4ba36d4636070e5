import { useMemo } from 'preact/hooks';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContents } from '../../charts/contents.ts';
import { svgOf } from '../../charts/svg.ts';
import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';
import type { ShownRun } from '../../state/runs.ts';
import { curvesOf } from './curves.ts';

/** Perplexity by time, on a log scale: training and validation of each run, and the n-gram baselines of the current one. */
export function PerplexityChart({
  runs,
  current,
}: {
  readonly runs: readonly ShownRun[];
  readonly current: ShownRun;
}) {
  const { axis, series: names, chart, saveNumbers, savePicture } = say.value.train;
  const contents = useMemo((): ChartContents => {
    const { data, series } = curvesOf(runs, current, names);
    return {
      height: 320,
      scales: { x: { time: false }, y: { distr: 3 } },
      axes: [{ label: axis.time }, { label: axis.perplexity, size: 70 }],
      series: [{ label: axis.time }, ...series],
      data,
    };
  }, [runs, current, axis, names]);
  const save = (name: string, text: string) => saveFile(name, new Blob([text]));
  return (
    <>
      <Chart contents={contents} label={chart} />
      <div class="buttons">
        <button type="button" onClick={() => save('perplexities.svg', svgOf(contents))}>
          {savePicture}
        </button>
        <button type="button" onClick={() => save('perplexities.tsv', tableOf(runs))}>
          {saveNumbers}
        </button>
      </div>
    </>
  );
}

/** One line for each point: run, curve, seconds, perplexity. */
function tableOf(runs: readonly ShownRun[]): string {
  const lines = runs.flatMap(({ facts, train, valid }) =>
    Object.entries({ train, valid }).flatMap(([curve, points]) =>
      points.map(({ seconds, perplexity }) => [facts.name, curve, seconds, perplexity].join('\t')),
    ),
  );
  return `${['run\tcurve\tseconds\tperplexity', ...lines].join('\n')}\n`;
}
