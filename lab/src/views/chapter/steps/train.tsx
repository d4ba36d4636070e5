import { type Signal, signal } from '@preact/signals';
import { say } from '../../../language/language.ts';
import { Problem } from '../../../parts/problem.tsx';
import { engine } from '../../../state/engine.ts';
import { current, error, isStarting, runs, start } from '../../../state/runs.ts';
import type { ShownRun } from '../../../state/shown-run.ts';
import { facts } from '../../../state/text.ts';
import { PerplexityChart } from '../../train/perplexity-chart.tsx';
import { Value } from '../value.tsx';

/** The names of the runs that the tour has started; they are runs like any other. */
const started: Signal<readonly string[]> = signal([]);

/** The chapter's training, on the open text. */
export function TrainStep() {
  const texts = say.value.chapter.steps.train;
  const mine = runs.value.filter(({ facts }) => started.value.includes(facts.name));
  const last = mine.find(({ facts }) => facts.name === current.value?.facts.name) ?? mine.at(-1);
  const isRunning = mine.some(({ facts }) => facts.state === 'running' || facts.state === 'planning');
  const isOff = isRunning || isStarting.value || facts.value === null;
  return (
    <>
      {facts.value && <p class="note">{texts.on(facts.value.name)}</p>}
      <div class="buttons">
        <button type="button" class="main" disabled={isOff} onClick={() => train(true)}>
          {texts.start}
        </button>
        <button type="button" disabled={isOff} onClick={() => train(false)}>
          {texts.stateless}
        </button>
      </div>
      <Problem message={error.value ?? last?.facts.error ?? null} />
      {last && last.train.length > 0 ? <Curves all={mine} run={last} /> : <p class="empty">{texts.noRun}</p>}
    </>
  );
}

function Curves({ all, run }: { readonly all: readonly ShownRun[]; readonly run: ShownRun }) {
  const { vocabulary, first, last } = say.value.chapter.steps.train;
  const measured = run.train;
  return (
    <>
      <p>
        {run.start && (
          <span class="tour-pair">
            {vocabulary}:{' '}
            <Value
              name="vocabulary"
              value={run.start.config.vocabSize}
              shown={String(run.start.config.vocabSize)}
            />
          </span>
        )}
        <span class="tour-pair">
          {first}: <Value name="first-perplexity" value={measured[0].perplexity} />
        </span>
        <span class="tour-pair">
          {last}: <Value name="last-perplexity" value={run.trainPerplexity ?? measured[0].perplexity} />
        </span>
      </p>
      <PerplexityChart runs={all} current={run} />
    </>
  );
}

function train(stateful: boolean): Promise<void> {
  return start(async () => {
    const facts = await engine.call('tourTrain', { stateful });
    started.value = [...started.value, facts.name];
    return facts;
  });
}
