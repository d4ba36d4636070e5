import type { Beam } from '../../engine/writing/calls.ts';
import { figure, percent, say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Term } from '../../parts/term.tsx';
import { visible } from '../../parts/visible.ts';
import * as state from '../../state/writing/beams.ts';
import * as writing from '../../state/writing/writing.ts';

/** The most likely continuations that beam search finds, with the log-probability of each token. */
export function Beams() {
  const texts = say.value.write.beams;
  const found = state.beams.value;
  return (
    <section class="beams" aria-label={texts.title}>
      <h3>
        <Term name="beam" label={texts.title} />
      </h3>
      <div class="buttons">
        <Choice label={texts.width} value={state.width} all={state.widths} nameOf={(n) => n} />
        <Choice label={texts.length} value={state.beamLength} all={state.beamLengths} nameOf={(n) => n} />
        <button type="button" disabled={state.isSearching.value} onClick={state.search}>
          {texts.search}
        </button>
      </div>
      <Problem message={state.beamError.value} />
      {found === null ? <p class="note">{texts.hint}</p> : <BeamList beams={found} />}
    </section>
  );
}

function BeamList({ beams }: { readonly beams: readonly Beam[] }) {
  const texts = say.value.write.beams;
  return (
    <>
      <p class="legend">{texts.legend}</p>
      <ol class="beam-list">
        {beams.map((beam) => (
          <li key={beam.ids.join()}>
            <button
              type="button"
              class="beam"
              data-testid="beam"
              data-ids={beam.ids.join(' ')}
              data-value={String(beam.logProbability)}
              title={texts.take(beam.labels.map(visible).join(''), figure(beam.logProbability))}
              onClick={() => writing.take(beam.ids)}
            >
              {beam.labels.map((label, i) => (
                <BeamToken key={i} label={label} logProbability={beam.logProbabilities[i]} />
              ))}
              <span class="number total">{figure(beam.score)}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function BeamToken({ label, logProbability }: { readonly label: string; readonly logProbability: number }) {
  const p = Math.exp(logProbability);
  return (
    <span class="beam-token" title={percent(p)}>
      {visible(label)}
      <span class="number" data-testid="beam-token" data-value={String(logProbability)}>
        {figure(logProbability)}
      </span>
    </span>
  );
}
