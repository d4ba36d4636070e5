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
  const { name, state, text, error, notKept } = run.facts;
  const best = bestOf(run);
  const isCurrent = runs.current.value === run;
  return (
    <li class={isCurrent ? 'current' : ''}>
      <button type="button" class="plain" aria-pressed={isCurrent} onClick={() => runs.choose(name)}>
        {name.replace('.safetensors', '')} · {text} · {texts.states[state]}
        {best && ` · ${texts.best(best.epoch)}, ${texts.status.valid} ${figure(best.perplexity)}`}
      </button>
      <Problem message={error} />
      <Problem message={notKept && texts.notKept(notKept)} />
      <div class="buttons">
        {run.facts.state !== 'planning' && (
          <button type="button" onClick={() => runs.download(name)}>
            {texts.download}
          </button>
        )}
        {state !== 'elsewhere' && (
          <button type="button" onClick={() => runs.remove(name)}>
            {texts.remove}
          </button>
        )}
      </div>
    </li>
  );
}

/** The epoch with the lowest validation perplexity; null before the first one. */
function bestOf({ valid }: runs.ShownRun): { readonly epoch: number; readonly perplexity: number } | null {
  const least = Math.min(...valid.map(({ perplexity }) => perplexity));
  const epoch = 1 + valid.findIndex(({ perplexity }) => perplexity === least);
  return epoch === 0 ? null : { epoch, perplexity: least };
}
