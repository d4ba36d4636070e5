import { batch } from '@preact/signals';
import type { Influence } from '../../../engine/activations/calls.ts';
import type { ReadingFacts } from '../../../engine/reading/calls.ts';
import { number, percent, say } from '../../../language/language.ts';
import { significant } from '../../../language/number-texts.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Problem } from '../../../parts/problem.tsx';
import { visible } from '../../../parts/visible.ts';
import {
  explained,
  explanations,
  influence,
  measure,
  measures,
  type Prediction,
  predicted,
  predictions,
  step,
} from '../../../state/panels/influence.ts';
import { reading } from '../../../state/reading.ts';
import { target, token } from '../../../state/selection.ts';
import { Connectivity } from './connectivity.tsx';
import { Legend } from './legend.tsx';
import { signed, unsigned } from './marks.ts';
import { pieceOf } from './pieces.ts';
import { TokenText } from './token-text.tsx';

/** Predictions that can be chosen. */
const SHOWN = 6;

/** How much each earlier token matters for a prediction. */
export function InfluencePanel() {
  const texts = say.value.panels.influence;
  const { result, question, error } = influence;
  const read = reading.value;
  const isShown = question.value !== null && question.value.reading === read?.id;
  return (
    <section class="panel" aria-label={texts.heading}>
      <h3>{texts.heading}</h3>
      <p class="note">
        {texts.note} ({texts.source})
      </p>
      {step.value === null && <p class="empty">{texts.choose}</p>}
      {step.value !== null && read && (
        <>
          <Explained read={read} />
          <Predictions read={read} step={step.value} />
        </>
      )}
      <Problem message={error.value ?? predictions.error.value} />
      {read && isShown && result.value && (
        <>
          <InfluenceText read={read} influence={result.value} />
          <Connectivity influence={result.value} />
        </>
      )}
    </section>
  );
}

/** Which of the two predictions around the selected token is explained. */
function Explained({ read }: { readonly read: ReadingFacts }) {
  const texts = say.value.panels.influence;
  const text = visible(pieceOf(read, Number(token.value)));
  // A token that was chosen for one place says nothing about the other.
  const value = {
    get value() {
      return explained.value;
    },
    set value(next) {
      batch(() => {
        explained.value = next;
        target.value = '';
      });
    },
  };
  return (
    <Choice
      label={texts.explain}
      value={value}
      all={explanations}
      nameOf={(one) => texts.explanations[one](text)}
    />
  );
}

/** The likeliest tokens after the step, and the one that came. */
function Predictions({ read, step: at }: { readonly read: ReadingFacts; readonly step: number }) {
  const texts = say.value.panels.influence;
  const came = read.ids[at + 1];
  const likely = (predictions.result.value ?? []).slice(0, SHOWN);
  const isListed = came === undefined || likely.some(({ id }) => id === came);
  const all: readonly Prediction[] = isListed
    ? likely
    : [...likely, { id: came, text: pieceOf(read, at + 1), probability: 2 ** -read.bits[at + 1] }];
  return (
    <fieldset class="predictions">
      <legend>{at < 0 ? texts.atStart : texts.after(visible(pieceOf(read, at)), String(at))}</legend>
      {all.map(({ id, text, probability }) => (
        <button
          key={id}
          type="button"
          class="unit-button"
          aria-pressed={id === predicted.value}
          onClick={() => (target.value = id === came ? '' : String(id))}
        >
          <code>{visible(text)}</code> <span class="number">{percent(probability)}</span>
          {id === came && <span class="came"> ✓ {texts.came}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function InfluenceText({
  read,
  influence: { first, norms, products, id },
}: {
  readonly read: ReadingFacts;
  readonly influence: Influence;
}) {
  const { influence: texts, token: tokenName, scale } = say.value.panels;
  const isNorm = measure.value === 'norm';
  const numbers = isNorm ? norms : products;
  const most = numbers.reduce((best, value) => Math.max(best, Math.abs(value)), 0) || 1;
  // The token before the text is the first one, without characters.
  const look = (index: number) => {
    const at = first + index;
    const share = numbers[index] / most;
    return {
      text: at < 0 ? visible(read.startText) : pieceOf(read, at),
      ...(isNorm ? unsigned(share) : signed(share)),
      name: `${tokenName(String(at))}: ${texts.norm(significant(norms[index]), significant(products[index]))}`,
      data: {
        'data-token': String(at),
        'data-norm': String(norms[index]),
        'data-product': String(products[index]),
      },
    };
  };
  const ends = isNorm ? ['0', significant(most)] : [significant(-most), significant(most)];
  return (
    <>
      <Choice label={texts.measure} value={measure} all={measures} nameOf={(name) => texts.measures[name]} />
      <p class="legend">
        {scale} <Legend kind={isNorm ? 'unsigned' : 'signed'} ends={ends} /> {texts.legend[measure.value]}
      </p>
      {first > 0 && (
        <p class="note">{read.resets.includes(first) ? texts.reset : texts.cut(number(norms.length))}</p>
      )}
      <TokenText
        label={texts.text}
        testId="influence-token"
        read={read}
        offset={first}
        count={norms.length}
        look={look}
        start={norms.length - 1}
        onChoose={(index) => {
          if (first + index >= 0) token.value = String(first + index);
        }}
      >
        <span class="predicted">→ {visible(predictedText(read, id))}</span>
      </TokenText>
    </>
  );
}

function predictedText(read: ReadingFacts, id: number): string {
  const likely = predictions.result.value?.find((one) => one.id === id);
  const at = (step.value ?? 0) + 1;
  return likely?.text ?? (read.ids[at] === id ? pieceOf(read, at) : String(id));
}
