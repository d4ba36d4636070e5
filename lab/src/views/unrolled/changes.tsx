import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { VocabularyToken } from '../../engine/reading/calls.ts';
import { figure, say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import { engine } from '../../state/engine.ts';
import { Latest } from '../../state/latest.ts';
import { model } from '../../state/models.ts';
import {
  edits,
  isBehind,
  isEdited,
  original,
  reading,
  replaceToken,
  toggleCut,
  undoEdits,
} from '../../state/reading.ts';
import { shownToken } from '../../state/spine.ts';
import { changesOf } from './changed-bits.ts';
import { tokenText } from './spine/scene.ts';

/** Replaces the token that is shown, or cuts the state before it; shows what became of the later tokens. */
export function Changes() {
  const texts = say.value.unrolled;
  const facts = reading.value;
  const step = shownToken.value;
  if (!facts || step < 0) return null;
  const isCut = edits.value.cuts.includes(step);
  return (
    <section class="changes">
      <h2>{texts.change}</h2>
      <Replacement key={step} step={step} text={tokenText(facts, step)} />
      <div class="buttons">
        <button type="button" aria-pressed={isCut} disabled={isBehind.value} onClick={() => toggleCut(step)}>
          {isCut ? texts.cutUndo : texts.cutHere}
        </button>
        {isEdited.value && (
          <button type="button" class="main" onClick={undoEdits}>
            {texts.undo}
          </button>
        )}
      </div>
      {isEdited.value && <Effect />}
    </section>
  );
}

function Replacement({ step, text }: { readonly step: number; readonly text: string }) {
  const texts = say.value.unrolled;
  const found = useSignal<readonly VocabularyToken[]>([]);
  const latest = useRef(new Latest()).current;
  const find = async (letters: string) => {
    const id = model.value?.id;
    if (id === undefined) return;
    if (letters === '') found.value = [];
    else
      found.value =
        (await latest.run((signal) => engine.callUntil(signal, 'findTokens', { model: id, letters }))) ??
        found.value;
  };
  return (
    <>
      <label class="field">
        <span>{texts.replace(text)}</span>
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={texts.replaceHint}
          onInput={({ currentTarget }) => find(currentTarget.value)}
        />
      </label>
      {found.value.length > 0 && (
        <div class="buttons found">
          {found.value.map(({ id, text: other }) => (
            <button key={id} type="button" disabled={isBehind.value} onClick={() => replaceToken(step, id)}>
              <code>{visible(other)}</code>
            </button>
          ))}
        </div>
      )}
    </>
  );
}

/** The surprisals before and after the change. */
function Effect() {
  const [before, now] = [original.value, reading.value];
  const texts = say.value.unrolled;
  if (!before || !now || before.id === now.id) return null;
  const { from, meanBefore, meanNow, most } = changesOf(before.bits, now.bits, edits.value);
  if (from >= now.bits.length) return null;
  return (
    <>
      <p class="number">{texts.changed(figure(meanBefore), figure(meanNow))}</p>
      <h3>{texts.mostChanged}</h3>
      <ol class="changed">
        {most.map((token) => (
          <li key={token} class="number">
            <code>{tokenText(now, token)}</code> {figure(before.bits[token])} → {figure(now.bits[token])}
          </li>
        ))}
      </ol>
    </>
  );
}
