import { figure, say } from '../../language/language.ts';
import type { ShownRun } from '../../state/shown-run.ts';
import { shownEpoch, shownSample } from './shown-epoch.ts';

/** The sample of an epoch: the newest one, or that under the pointer in the chart or at the slider. */
export function Samples({ run }: { readonly run: ShownRun }) {
  const { samples, valid } = run;
  const shown = shownSample(run);
  if (!shown) return null;
  const texts = say.value.train;
  const title = texts.epoch(shown.epoch);
  const measured = valid.find(({ epoch }) => epoch === shown.epoch);
  return (
    <section class="samples" aria-label={texts.samples}>
      <h3>
        {title}
        {measured && ` · ${texts.series.valid} ${figure(measured.perplexity)}`}
      </h3>
      <blockquote class="sample" data-testid="sample">
        {shown.text}
      </blockquote>
      {samples.length > 1 && (
        <label class="field">
          <span>{texts.samples}</span>
          <input
            type="range"
            max={samples.length - 1}
            value={samples.indexOf(shown)}
            aria-valuetext={title}
            onInput={({ currentTarget }) => {
              const index = Number(currentTarget.value);
              shownEpoch.value = index === samples.length - 1 ? null : samples[index].epoch;
            }}
          />
        </label>
      )}
    </section>
  );
}
