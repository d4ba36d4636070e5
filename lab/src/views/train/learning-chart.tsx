import { useMemo } from 'preact/hooks';
import type { AlignedData, Scale } from 'uplot';
import { Chart } from '../../charts/chart.tsx';
import { lookOf } from '../../charts/series-looks.ts';
import { say } from '../../language/language.ts';
import type { ShownRun } from '../../state/shown-run.ts';
import { colourScheme } from '../../theme.ts';

/** The range of an axis. From 0, because uPlot finds no end of its marks where values differ only in their last digits. */
const fromZero: Scale.Range = (_, __, most) => [0, most > 0 ? 1.05 * most : 1];

/** The norm of the gradients before clipping, and the learning rate, of one run. */
export function LearningChart({ run: { learning } }: { readonly run: ShownRun }) {
  const { axis, series, learning: title } = say.value.train;
  const scheme = colourScheme.value;
  const contents = useMemo(() => {
    const column = (of: (point: (typeof learning)[number]) => number | null) => learning.map(of);
    return {
      height: 220,
      scales: { x: { time: false }, norm: { range: fromZero }, lr: { range: fromZero } },
      axes: [
        { label: axis.time },
        { label: series.gradientNorm, scale: 'norm', size: 70 },
        { label: series.lr, scale: 'lr', side: 1 as const, size: 70, grid: { show: false } },
      ],
      series: [
        { label: axis.time },
        {
          label: series.gradientNorm,
          scale: 'norm',
          ...lookOf(0, scheme),
          width: 1,
          points: { show: false },
        },
        { label: series.lr, scale: 'lr', ...lookOf(1, scheme), width: 2, points: { show: false } },
      ],
      data: [
        column(({ seconds }) => seconds),
        column(({ gradientNorm }) => gradientNorm),
        column(({ lr }) => lr),
      ] as AlignedData,
    };
  }, [learning, axis, series, scheme]);
  return <Chart contents={contents} label={title} />;
}
