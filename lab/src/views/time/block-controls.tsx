import { say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Slider } from '../../parts/slider.tsx';
import * as back from '../../state/back/back.ts';
import { trainableSteps } from '../../state/back/block.ts';
import { model } from '../../state/models.ts';
import * as reading from '../../state/reading.ts';
import { sentence } from '../../state/sentence.ts';
import { tokenText } from './token-text.ts';

/** The text, and which of its steps are one block. */
export function BlockControls() {
  const texts = say.value.time;
  const layers = model.value?.config.layers ?? 1;
  return (
    <>
      <label class="field">
        <span>{say.value.models.sentence}</span>
        <textarea
          rows={3}
          spellcheck={false}
          value={sentence.value}
          onInput={({ currentTarget }) => {
            reading.source.value = 'sentence';
            sentence.value = currentTarget.value;
          }}
        />
      </label>
      <Problem message={reading.error.value} />
      <Slider label={texts.T} value={back.T} min={1} max={back.MOST_T} />
      <Place />
      <Choice label={texts.loss} value={back.loss} all={back.losses} nameOf={(one) => texts.losses[one]} />
      <Choice
        label={texts.carry}
        value={back.carry}
        all={back.carries}
        nameOf={(one) => texts.carries[one]}
      />
      {layers > 1 && <Layer layers={layers} />}
    </>
  );
}

/** The last step of the block, counted from the start of the text. */
function Place() {
  const texts = say.value.time;
  const text = reading.reading.value;
  const last = text ? trainableSteps(text) - 2 : -1;
  const step = {
    get value() {
      return back.lastStep.value;
    },
    set value(value) {
      back.fromEnd.value = last - value;
    },
  };
  if (!text) return null;
  const shown = (value: number) => texts.placeOf(tokenText(text, value));
  return <Slider label={texts.place} value={step} min={-1} max={last} shown={shown} />;
}

function Layer({ layers }: { readonly layers: number }) {
  const texts = say.value.time;
  return (
    <label class="field">
      <span>{texts.layer}</span>
      <select
        value={back.layerFromTop.value}
        onChange={({ currentTarget }) => (back.layerFromTop.value = Number(currentTarget.value))}
      >
        {Array.from({ length: layers }, (_, fromTop) => (
          <option key={fromTop} value={fromTop}>
            {texts.layerOf(layers - fromTop, layers)}
          </option>
        ))}
      </select>
    </label>
  );
}
