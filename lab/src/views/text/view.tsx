import { view } from '../../address.ts';
import { number, percent, say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { SettingGroup } from '../../parts/setting-group.tsx';
import * as text from '../../state/text.ts';
import { Facts } from './facts.tsx';
import { Source } from './source.tsx';
import { TokenStrip } from './token-strip.tsx';
import './text.css';

/** The text to train on, and how it is split. */
export function Rail() {
  const texts = say.value.text;
  return (
    <>
      <p class="lead">{say.value.page.lead}</p>
      <Source />
      <Problem message={text.error.value} />
      <Choice
        label={texts.tokens}
        value={text.tokens}
        all={text.tokenKinds}
        nameOf={(kind) => texts.kinds[kind]}
      />
      <SettingGroup group="text" />
      <Choice
        label={texts.items}
        value={text.items}
        all={text.itemSplits}
        nameOf={(split) => texts.splits[split]}
      />
      {text.items.value === 'jsonl' && <JsonLines />}
      <Choice
        label={texts.valid}
        value={text.validShare}
        all={text.validShares}
        nameOf={(share) => percent(Number(share))}
      />
    </>
  );
}

/** How JSON lines are read. */
function JsonLines() {
  const { key } = say.value.text;
  const { jsonKey, skipBad } = text;
  return (
    <>
      <label class="field">
        <span>{key}</span>
        <input
          value={jsonKey.value}
          onChange={({ currentTarget }) => (jsonKey.value = currentTarget.value)}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={skipBad.value === 'on'}
          onChange={({ currentTarget }) => (skipBad.value = currentTarget.checked ? 'on' : 'off')}
        />
        {say.value.train.settings.skipBad}
      </label>
    </>
  );
}

/** The facts about the text, and its tokens. */
export function Stage() {
  const texts = say.value.text;
  const { facts, part, reading, opening } = text;
  return (
    <>
      {reading.value !== null && opening.value === null && (
        <p class="working" role="status">
          {texts.working} <progress value={reading.value} />
        </p>
      )}
      {opening.value !== null && (
        <p class="working buttons" role="status">
          {texts.opening(opening.value)}
          <button type="button" onClick={text.cancelOpening}>
            {texts.cancel}
          </button>
        </p>
      )}
      {facts.value && (
        <>
          <Facts facts={facts.value} />
          <div class="buttons">
            <button type="button" class="main" onClick={() => (view.value = 'train')}>
              {texts.train}
            </button>
          </div>
        </>
      )}
      {facts.value && part.value && (
        <>
          <h2>{texts.stage}</h2>
          <p class="legend">{texts.legend}</p>
          <TokenStrip page={part.value} />
          <PartButtons all={facts.value.characters} start={part.value.start} end={part.value.end} />
        </>
      )}
    </>
  );
}

function PartButtons({
  all,
  start,
  end,
}: {
  readonly all: number;
  readonly start: number;
  readonly end: number;
}) {
  const texts = say.value.text;
  return (
    <div class="buttons">
      <button type="button" disabled={start === 0} onClick={() => text.showPart(start - text.PART)}>
        {texts.before}
      </button>
      <span class="number">{texts.part(number(start + 1), number(end), number(all))}</span>
      <button type="button" disabled={end >= all - 1} onClick={() => text.showPart(end)}>
        {texts.after}
      </button>
    </div>
  );
}
