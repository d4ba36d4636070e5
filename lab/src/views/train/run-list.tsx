import { view } from '../../address.ts';
import { figure, say } from '../../language/language.ts';
import { Problem } from '../../parts/problem.tsx';
import { ShowModel } from '../../parts/show-model.tsx';
import * as models from '../../state/models.ts';
import * as runs from '../../state/runs.ts';
import { type ShownRun, titleOf } from '../../state/shown-run.ts';
import { openRunText } from '../../state/text.ts';
import { Swatch } from './swatch.tsx';

function openText(run: string): void {
  view.value = 'text';
  void openRunText(run);
}

/** The runs of this browser, newest last. */
export function RunList() {
  const all = runs.runs.value;
  if (all.length === 0) return <p class="note">{say.value.train.noRuns}</p>;
  return (
    <ul class="runs">
      {all.map((run, i) => (
        <Row key={run.facts.name} run={run} index={i} />
      ))}
    </ul>
  );
}

function Row({ run, index }: { readonly run: ShownRun; readonly index: number }) {
  const texts = say.value.train;
  const { name, state, text, error, notKept } = run.facts;
  const { best } = run;
  // Its file is written after the first epoch.
  const hasModel = models.choices.value.some(({ id }) => id === name);
  const isCurrent = runs.current.value === run;
  return (
    <li class={isCurrent ? 'current' : ''}>
      <button type="button" class="plain" aria-pressed={isCurrent} onClick={() => runs.choose(name)}>
        <Swatch index={index} /> {titleOf(run)} · {text} · {texts.states[state]}
        {best && ` · ${texts.best(best.epoch)}, ${texts.status.valid} ${figure(best.perplexity)}`}
      </button>
      <Problem message={error} />
      <Problem message={notKept && texts.notKept(notKept)} />
      <div class="buttons">
        <ShowModel run={name} />
        <button type="button" onClick={() => openText(name)}>
          {texts.openText}
        </button>
        {hasModel && (
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
