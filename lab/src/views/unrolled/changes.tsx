import { figure, say } from '../../language/language.ts';
import { edits, isBehind, isEdited, original, reading, toggleCut, undoEdits } from '../../state/reading.ts';
import { shownToken } from '../../state/spine.ts';
import { changesOf } from './changed-bits.ts';
import { Replacement } from './replacement.tsx';
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
