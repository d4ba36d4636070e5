import { figure, say } from '../../language/language.ts';
import { Problem } from '../../parts/problem.tsx';
import * as runs from '../../state/runs.ts';

/** The runs of this browser, newest last. */
export function RunList() {
  const all = runs.runs.value;
  if (all.length === 0) return <p class="note">{say.value.train.noRuns}</p>;
  return (
    <ul class="runs">
      {all.map((run) => (
        <Row key={run.facts.name} run={run} />
      ))}
    </ul>
  );
}

function Row({ run }: { readonly run: runs.ShownRun }) {
  const texts = say.value.train;
  const { name, state, text, error } = run.facts;
  const best = run.valid.reduce(
    (least, { perplexity }) => Math.min(least, perplexity),
    Number.POSITIVE_INFINITY,
  );
  const isCurrent = runs.current.value === run;
  return (
    <li class={isCurrent ? 'current' : ''}>
      <button type="button" class="plain" aria-pressed={isCurrent} onClick={() => runs.choose(name)}>
        {name.replace('.safetensors', '')} · {text} · {texts.states[state]}
        {Number.isFinite(best) && ` · ${texts.status.valid} ${figure(best)}`}
      </button>
      <Problem message={error} />
      <div class="buttons">
        {run.facts.state !== 'planning' && (
          <button type="button" onClick={() => runs.download(name)}>
            {texts.download}
          </button>
        )}
        <button type="button" onClick={() => runs.remove(name)}>
          {texts.remove}
        </button>
      </div>
    </li>
  );
}
