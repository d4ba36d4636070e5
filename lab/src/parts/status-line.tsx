import { duration, figure, number, say } from '../language/language.ts';
import { engineFacts, engineFailure } from '../state/engine.ts';
import { current, pause, resume, stop } from '../state/runs.ts';
import { type ShownRun, titleOf } from '../state/shown-run.ts';
import { Measure } from './measure.tsx';
import { ShowModel } from './show-model.tsx';

/** The state of the engine and of the current run, with its buttons, below every view. */
export function StatusLine() {
  const run = current.value;
  return (
    <footer class="status">
      <p>{run ? <RunStatus run={run} /> : <EngineStatus />}</p>
      {run && <RunButtons run={run} />}
    </footer>
  );
}

function EngineStatus() {
  const { starting, stopped, threads, oneThread } = say.value.engine;
  const facts = engineFacts.value;
  if (engineFailure.value) return <>{stopped}</>;
  if (!facts) return <>{starting}</>;
  return <>{facts.isolated ? threads(facts.threads) : oneThread}</>;
}

function RunStatus({ run }: { readonly run: ShownRun }) {
  const { status, states, series } = say.value.train;
  const [train, valid] = [run.trainPerplexity, run.valid.at(-1)];
  const epochs = run.start?.recipe.epochs ?? 0;
  const left = secondsLeft(run);
  return (
    <>
      <span>
        {titleOf(run)} · {states[run.facts.state]}
      </span>
      {run.epoch > 0 && <Measure id="epoch" value={run.epoch} shown={status.epoch(run.epoch, epochs)} />}
      {valid && (
        <span>
          {status.valid}{' '}
          <Measure id="valid-perplexity" value={valid.perplexity} shown={figure(valid.perplexity)} />
          {run.baselines && ` (${series.bigram} ${figure(run.baselines.bigram)})`}
        </span>
      )}
      {train !== null && (
        <span>
          {status.train} <Measure id="train-perplexity" value={train} shown={figure(train)} />
        </span>
      )}
      {run.tokensPerSecond !== null && (
        <Measure
          id="tokens-per-second"
          value={run.tokensPerSecond}
          shown={status.speed(number(Math.round(run.tokensPerSecond)))}
        />
      )}
      {left !== null && <span class="number">{status.left(duration(left))}</span>}
      <EngineStatus />
    </>
  );
}

/** Remaining training time at the current speed; null unless the run is under way. */
function secondsLeft({ facts, start, epoch, share, tokensPerSecond }: ShownRun): number | null {
  if (facts.state !== 'running' || !start || tokensPerSecond === null) return null;
  const { epochs, maxSteps } = start.recipe;
  const all = maxSteps === undefined ? epochs : maxSteps / start.stepsPerEpoch;
  return (Math.max(0, all - (epoch - 1) - share) * start.trainTokens) / tokensPerSecond;
}

function RunButtons({ run }: { readonly run: ShownRun }) {
  const texts = say.value.train;
  const { name, state } = run.facts;
  const isActive = state === 'running' || state === 'planning';
  return (
    <div class="buttons">
      {isActive && (
        <button type="button" onClick={() => pause(name)}>
          {texts.pause}
        </button>
      )}
      {(state === 'paused' || state === 'stopped') && (
        <button type="button" onClick={() => resume(name)}>
          {texts.resume}
        </button>
      )}
      {(isActive || state === 'paused') && (
        <button type="button" onClick={() => stop(name)}>
          {texts.stop}
        </button>
      )}
      {!isActive && <ShowModel run={name} />}
    </div>
  );
}
