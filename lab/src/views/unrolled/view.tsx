import type { Signal } from '@preact/signals';
import { number, say } from '../../language/language.ts';
import { significant } from '../../language/number-texts.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { gradients } from '../../state/gradients.ts';
import { model } from '../../state/models.ts';
import * as reading from '../../state/reading.ts';
import { sentence } from '../../state/sentence.ts';
import { backward, cellState, gates, order, unitOrders } from '../../state/spine.ts';
import { facts as openText } from '../../state/text.ts';
import { Changes } from './changes.tsx';
import { Legend } from './legend.tsx';
import { Numbers } from './numbers.tsx';
import { Panels } from './panels/panels.tsx';
import { Predictions } from './predictions.tsx';
import { Readout } from './readout.tsx';
import { SaveButtons } from './save.tsx';
import { Spine } from './spine/spine.tsx';
import './unrolled.css';

export { isBusy } from '../../state/reading.ts';

/** The sentence that the model reads, and what the picture shows of it. */
export function Rail() {
  const texts = say.value.unrolled;
  return (
    <>
      <Source />
      <Problem message={reading.error.value} />
      <Choice label={texts.order} value={order} all={unitOrders} nameOf={(one) => texts.orders[one]} />
      <fieldset class="switches">
        <legend>{texts.show}</legend>
        <Switch label={texts.gates} value={gates} />
        <Switch label={texts.cellState} value={cellState} />
        <Switch label={texts.gradients} value={backward} />
      </fieldset>
      {backward.value === 'on' && <GradientsNote />}
    </>
  );
}

function GradientsNote() {
  const widest = gradients.value ? significant(gradients.value.widest) : null;
  return <p class="note">{say.value.unrolled.gradientsNote(model.value?.blockLength ?? null, widest)}</p>;
}

function Source() {
  const texts = say.value.unrolled;
  const isLongText = reading.source.value === 'training';
  const own = model.value?.trainingText ?? null;
  const open = openText.value;
  return (
    <>
      <label class="field">
        <span>{say.value.models.sentence}</span>
        <textarea
          rows={3}
          spellcheck={false}
          value={sentence.value}
          onFocus={() => (reading.source.value = 'sentence')}
          onInput={({ currentTarget }) => (sentence.value = currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button
          type="button"
          onClick={() => (reading.source.value = isLongText ? 'sentence' : 'training')}
          aria-pressed={isLongText}
        >
          {isLongText ? texts.back : own ? texts.readOwn(own) : texts.readOpen(open?.name ?? null)}
        </button>
      </div>
      {isLongText && reading.reading.value?.isCut && (
        <p class="note">{texts.cut(number(reading.reading.value.ids.length))}</p>
      )}
    </>
  );
}

function Switch({ label, value }: { readonly label: string; readonly value: Signal<'off' | 'on'> }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={value.value === 'on'}
        onChange={({ currentTarget }) => (value.value = currentTarget.checked ? 'on' : 'off')}
      />
      {label}
    </label>
  );
}

/** The unrolled network over the text, alive. */
export function Stage() {
  const texts = say.value.unrolled;
  const { share } = reading;
  return (
    <>
      <div class="above">
        <Legend />
        {share.value !== null && (
          <p class="working" role="status">
            {texts.reading} <progress value={share.value} aria-label={texts.reading} />
          </p>
        )}
      </div>
      <Spine />
      <Readout />
      <p class="note" id="spine-keys">
        {texts.keys}
      </p>
      <div class="below">
        <Predictions />
        <Changes />
      </div>
      <Numbers />
      <SaveButtons />
      <Panels />
    </>
  );
}
