import { number, say } from '../../language/language.ts';
import { Measure } from '../../parts/measure.tsx';
import { Problem } from '../../parts/problem.tsx';
import { least, overlap, overlapError } from '../../state/writing/overlap.ts';
import { defaults } from '../../state/writing/sampling.ts';

/** What the draft shares with the training text: the number of runs, and the longest one in its place. */
export function Verbatim() {
  const texts = say.value.write.verbatim;
  const found = overlap.value;
  const tokens = least.value === '' ? String(defaults.value?.verbatim ?? '') : least.value;
  return (
    <section class="verbatim-runs" aria-label={texts.title}>
      <h3>{texts.title}</h3>
      <label class="control">
        <span>{texts.least}</span>
        <input
          inputMode="numeric"
          value={tokens}
          onChange={({ currentTarget }) => {
            const isCount = /^[1-9]\d{0,3}$/.test(currentTarget.value);
            least.value =
              isCount && currentTarget.value !== String(defaults.value?.verbatim) ? currentTarget.value : '';
          }}
        />
      </label>
      <Problem message={overlapError.value} />
      {found && (
        <>
          <p class="note">
            {found.isTrainingText ? texts.training(found.name) : texts.other(found.name)}{' '}
            <Measure
              id="verbatim-runs"
              value={found.runs.length}
              shown={texts.runs(number(found.runs.length))}
            />
          </p>
          {found.longest && (
            <figure class="longest">
              <figcaption>
                <Measure
                  id="verbatim-longest"
                  value={found.longest.tokens}
                  shown={texts.longest(number(found.longest.tokens), number(found.longest.line))}
                />
              </figcaption>
              <blockquote>
                {found.longest.before}
                <mark>{found.longest.text}</mark>
                {found.longest.after}
              </blockquote>
            </figure>
          )}
        </>
      )}
    </section>
  );
}
