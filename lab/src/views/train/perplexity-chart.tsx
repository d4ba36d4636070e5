import { useMemo } from 'preact/hooks';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContents } from '../../charts/contents.ts';
import { svgOf } from '../../charts/svg.ts';
import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';
import type { ShownRun } from '../../state/shown-run.ts';
import { colourScheme } from '../../theme.ts';
import { curvesOf, notesOf } from './curves.ts';
import { sampleAt, shownEpoch } from './shown-epoch.ts';

interface Runs {
  readonly runs: readonly ShownRun[];
  readonly current: ShownRun;
}

/** Perplexity by time, on a log scale: training and validation of each run, and the n-gram baselines of the current one. */
export function PerplexityChart({ runs, current }: Runs) {
  const texts = say.value.train;
  const scheme = colourScheme.value;
  const contents = useMemo(
    () => contentsOf({ runs, current }, texts, scheme),
    [runs, current, texts, scheme],
  );
  const chosen = shownEpoch.value;
  const notes = useMemo(
    () => notesOf(runs, current, { ...texts.series, best: texts.best }, chosen, scheme),
    [runs, current, texts, chosen, scheme],
  );
  const point = (seconds: number | null) => {
    shownEpoch.value = seconds === null ? null : (sampleAt(current, seconds)?.epoch ?? null);
  };
  const save = (name: string, text: string) => saveFile(name, new Blob([text]));
  return (
    <>
      <Chart contents={contents} label={texts.chart} notes={notes} onPoint={point} />
      <div class="buttons">
        <button
          type="button"
          // Saved pictures are for white paper.
          onClick={() => save('perplexities.svg', svgOf(contentsOf({ runs, current }, texts, 'light')))}
        >
          {texts.savePicture}
        </button>
        <button type="button" onClick={() => save('perplexities.tsv', tableOf(runs))}>
          {texts.saveNumbers}
        </button>
      </div>
    </>
  );
}

function contentsOf(
  { runs, current }: Runs,
  { axis, series: names }: typeof say.value.train,
  scheme: 'light' | 'dark',
): ChartContents {
  const { data, series } = curvesOf(runs, current, names, scheme);
  return {
    height: 320,
    scales: { x: { time: false }, y: { distr: 3 } },
    axes: [{ label: axis.time }, { label: axis.perplexity, size: 70 }],
    series: [{ label: axis.time }, ...series],
    data,
  };
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
