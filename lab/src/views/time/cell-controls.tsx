import { figure, number, percent, say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Slider } from '../../parts/slider.tsx';
import * as back from '../../state/back/back.ts';
import { model } from '../../state/models.ts';

/** The small models: how they begin, and their training. */
export function CellControls() {
  const texts = say.value.time;
  const { least, most } = back.SCALES;
  const isTraining = back.training.value !== null;
  return (
    <fieldset class="small-models" disabled={isTraining}>
      <legend>{texts.cells}</legend>
      <p class="note">{texts.cellsNote}</p>
      <Choice
        label={texts.initial}
        value={back.initial}
        all={back.initials}
        nameOf={(one) => texts.initials[one]}
      />
      <Slider
        label={texts.scale}
        value={back.scale}
        min={least}
        max={most}
        shown={(hundredths) => `× ${(hundredths / 100).toFixed(2)}`}
      />
      <Training isTraining={isTraining} />
    </fieldset>
  );
}

function Training({ isTraining }: { readonly isTraining: boolean }) {
  const texts = say.value.time;
  if (isTraining) {
    return (
      <div class="training">
        <label>
          {texts.training(percent(Math.floor(100 * (back.training.value ?? 0)) / 100))}
          <progress value={back.training.value ?? 0} />
        </label>
      </div>
    );
  }
  const tokens = back.trainedTokens.value;
  return (
    <>
      <button type="button" disabled={!model.value} onClick={back.trainCells}>
        {texts.train(back.TRAIN_SECONDS)}
      </button>
      {tokens === null ? (
        <p class="note">{texts.untrained}</p>
      ) : (
        <div class="note">
          {texts.trained(number(tokens))}
          <Perplexities />
        </div>
      )}
    </>
  );
}

function Perplexities() {
  return (
    <ul>
      {back.cells.value.map(({ cell, perplexity }) => (
        <li key={cell}>
          {cell.toUpperCase()} <span class="number">{perplexity === null ? '–' : figure(perplexity)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Ends the training; outside of the disabled controls. */
export function StopTraining() {
  const { stop } = say.value.time;
  if (back.training.value === null) return null;
  return (
    <button type="button" onClick={back.stopTraining}>
      {stop}
    </button>
  );
}
