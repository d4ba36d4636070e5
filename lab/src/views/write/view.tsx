import { number, say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import * as writing from '../../state/writing/writing.ts';
import { Bars } from './bars.tsx';
import { Beams } from './beams.tsx';
import { CompletionList, Editor, LONGEST } from './editor.tsx';
import { SamplingControls } from './sampling-controls.tsx';
import { Verbatim } from './verbatim.tsx';
import './write.css';

/** How tokens are chosen. */
export function Rail() {
  return (
    <>
      <p class="lead">{say.value.write.lead}</p>
      <SamplingControls />
    </>
  );
}

/** The text, the distribution of its next token, and what else may follow it. */
export function Stage() {
  const { next, error } = writing;
  const texts = say.value.write;
  return (
    <>
      <h2>{texts.heading}</h2>
      <p class="legend">
        <span class="swatch written" /> {texts.legend.written}{' '}
        <span class="verbatim">{texts.legend.verbatim}</span>
      </p>
      <Editor />
      <CompletionList />
      <Actions />
      <Problem message={error.value} />
      {next.value?.ended && <p class="note">{texts.ended}</p>}
      {writing.draft.value.text.length >= LONGEST && <p class="note">{texts.longest(number(LONGEST))}</p>}
      {next.value && next.value.unknown.length > 0 && (
        <p class="note">{texts.unknown(next.value.unknown.join(' · '))}</p>
      )}
      {next.value && next.value.pending !== '' && (
        <p class="note">
          {texts.pending} <code>{next.value.pending}</code>
        </p>
      )}
      <div class="write-parts">
        {next.value && !next.value.ended && <Bars next={next.value} />}
        <div class="write-side">
          <Verbatim />
          <Beams />
        </div>
      </div>
    </>
  );
}

function Actions() {
  const texts = say.value.write;
  const isBusy = writing.isGenerating.value;
  const isEnded = writing.next.value?.ended ?? false;
  return (
    <div class="buttons actions">
      <button type="button" class="main" disabled={isEnded} onClick={writing.generate}>
        {texts.generate}
      </button>
      <Choice
        label={texts.length}
        value={writing.length}
        all={writing.lengths}
        nameOf={(tokens) => texts.tokens(tokens)}
      />
      <button type="button" disabled={!isBusy} onClick={writing.stop}>
        {texts.stop}
      </button>
      <button type="button" disabled={isBusy || isEnded} onClick={writing.drawOne}>
        {texts.draw}
      </button>
      <button type="button" disabled={!writing.canUndo.value} onClick={writing.undo}>
        {texts.undo}
      </button>
    </div>
  );
}
