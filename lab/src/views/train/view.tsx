import { say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { SettingGroup } from '../../parts/setting-group.tsx';
import { given } from '../../state/recipe.ts';
import * as runs from '../../state/runs.ts';
import { facts, reading } from '../../state/text.ts';
import { ChosenSettings } from './chosen-settings.tsx';
import { LearningChart } from './learning-chart.tsx';
import { PerplexityChart } from './perplexity-chart.tsx';
import { RunList } from './run-list.tsx';
import { RunTable } from './run-table.tsx';
import { Samples } from './samples.tsx';
import './train.css';

/** What a run needs, and the runs so far. */
export function Rail() {
  const texts = say.value.train;
  // While another text is read, a run would start on the one before.
  const isReady = facts.value !== null && reading.value === null && given.value !== null;
  return (
    <>
      <p class="lead">{facts.value?.name}</p>
      <Choice
        label={texts.minutes}
        value={runs.minutes}
        all={runs.timeBudgets}
        nameOf={(minutes) => texts.minutesOf(Number(minutes))}
      />
      <SettingGroup group="model" />
      <SettingGroup group="training" />
      <button type="button" class="main" disabled={!isReady || runs.isStarting.value} onClick={runs.train}>
        {texts.button}
      </button>
      <Problem message={runs.error.value} />
      <h2>{texts.runs}</h2>
      <RunList />
    </>
  );
}

/** The curves of all runs, and what the current one is. */
export function Stage() {
  const texts = say.value.train;
  const run = runs.current.value;
  if (!run) return <p class="empty">{texts.noRuns}</p>;
  return (
    <>
      <h2>{texts.chart}</h2>
      <PerplexityChart runs={runs.runs.value} current={run} />
      <RunTable runs={runs.runs.value} />
      <Samples run={run} />
      <h3>{texts.learning}</h3>
      <LearningChart run={run} />
      <ChosenSettings run={run} />
    </>
  );
}
