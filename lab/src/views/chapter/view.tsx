import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { say } from '../../language/language.ts';
import { goTo, onKey, type StepName, stepName, stepNames, stepNumber } from './position.ts';
import { Sources } from './sources.tsx';
import { BackwardStep } from './steps/backward.tsx';
import { BlocksStep } from './steps/blocks.tsx';
import { CutStep } from './steps/cut.tsx';
import { GoodbyeStep } from './steps/goodbye.tsx';
import { LayersStep } from './steps/layers.tsx';
import { LongStep } from './steps/long.tsx';
import { LoopStep } from './steps/loop.tsx';
import { ShapesStep } from './steps/shapes.tsx';
import { StatefulStep } from './steps/stateful.tsx';
import { StreamsStep } from './steps/streams.tsx';
import { TrainStep } from './steps/train.tsx';
import { UnrolledStep } from './steps/unrolled.tsx';
import './chapter.css';

const parts: Readonly<Record<StepName, FunctionComponent>> = {
  ...{ loop: LoopStep, unrolled: UnrolledStep, shapes: ShapesStep, backward: BackwardStep },
  ...{ long: LongStep, cut: CutStep, blocks: BlocksStep, streams: StreamsStep },
  ...{ stateful: StatefulStep, layers: LayersStep, goodbye: GoodbyeStep, train: TrainStep },
};

/** The twelve steps, the current one marked. */
export function Rail() {
  const { lead, list, keys, steps } = say.value.chapter;
  return (
    <>
      <p class="lead">{lead}</p>
      <nav aria-label={list}>
        <ol class="tour-list">
          {stepNames.map((name, i) => (
            <li key={name}>
              <button
                type="button"
                class="plain"
                aria-current={stepNumber.value === i + 1 ? 'step' : undefined}
                onClick={() => goTo(i + 1)}
              >
                <span class="number">{i + 1}</span> <span class="tour-name">{steps[name].title}</span>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <p class="note tour-keys">{keys}</p>
    </>
  );
}

/** The current step: what it says, its picture, what there is to do. */
export function Stage() {
  const { position, doThis, steps } = say.value.chapter;
  const [name, number] = [stepName.value, stepNumber.value];
  const { title, text, task } = steps[name];
  const Step = parts[name];
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <article class="tour" data-testid="tour-step" data-step={number}>
      <header class="tour-head">
        <div aria-live="polite">
          <p class="note">{position(number, stepNames.length)}</p>
          <h2>{title}</h2>
        </div>
        <Turns number={number} />
      </header>
      <p class="tour-text">{text}</p>
      <p class="tour-task">
        <strong>{doThis}</strong> {task}
      </p>
      <div class="tour-step" key={name}>
        <Step />
      </div>
      <Sources name={name} />
    </article>
  );
}

function Turns({ number }: { readonly number: number }) {
  const { previous, next } = say.value.chapter;
  return (
    <div class="buttons">
      <button type="button" disabled={number === 1} onClick={() => goTo(number - 1)}>
        {previous}
      </button>
      <button
        type="button"
        class="main"
        disabled={number === stepNames.length}
        onClick={() => goTo(number + 1)}
      >
        {next}
      </button>
    </div>
  );
}
