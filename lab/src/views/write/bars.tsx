import type { NextToken, NextTokens } from '../../engine/writing/calls.ts';
import { figure, number, percent, say } from '../../language/language.ts';
import { Measure } from '../../parts/measure.tsx';
import { Term } from '../../parts/term.tsx';
import { visible } from '../../parts/visible.ts';
import * as writing from '../../state/writing/writing.ts';

/** The next token: probabilities of the model, outlined, and those that a token is drawn with, filled. */
export function Bars({ next }: { readonly next: NextTokens }) {
  const texts = say.value.write;
  const most = next.tokens.reduce((max, { before, after }) => Math.max(max, before, after), 0);
  return (
    <section class="next" aria-label={texts.next}>
      <h3>{texts.next}</h3>
      <NextFacts next={next} />
      <p class="legend">
        <span class="swatch outlined" /> {texts.legend.before} <span class="swatch filled" />{' '}
        {texts.legend.after}
      </p>
      <p class="bar-heads" aria-hidden="true">
        <span>{texts.columns.before}</span>
        <span>{texts.columns.after}</span>
      </p>
      <ol class="bars">
        {next.tokens.map((token) => (
          <Bar key={token.id} token={token} most={most} />
        ))}
      </ol>
    </section>
  );
}

function Bar({ token, most }: { readonly token: NextToken; readonly most: number }) {
  const texts = say.value.write;
  const { id, before, after } = token;
  const label = visible(token.label);
  const isCut = after === 0;
  const width = (p: number) => ({ width: `${(100 * p) / most}%` });
  return (
    <li>
      <button
        type="button"
        class={isCut ? 'bar cut' : 'bar'}
        data-testid="next-token"
        data-token={token.token}
        data-id={id}
        data-p={String(after)}
        data-before={String(before)}
        title={texts.take(label, isCut ? texts.cut : percent(after), percent(before))}
        onClick={() => writing.take([id])}
      >
        <span class="label">{label}</span>
        <span class="lane">
          <span class="after" style={width(after)} />
          <span class="before" style={width(before)} />
        </span>
        <span class="number value was">{percent(before)}</span>
        <span class="number value">{isCut ? texts.cut : percent(after)}</span>
      </button>
    </li>
  );
}

/** What the settings leave of the distribution. */
function NextFacts({ next }: { readonly next: NextTokens }) {
  const { facts } = say.value.write;
  const { entropyBefore, entropyAfter, mass, kept, vocabSize } = next;
  return (
    <dl class="facts next-facts">
      <div>
        <dt>
          <Term name="entropy" label={facts.entropy} />
        </dt>
        <dd>
          <Measure id="entropy-before" value={entropyBefore} shown={figure(entropyBefore)} /> →{' '}
          <Measure id="entropy-after" value={entropyAfter} shown={facts.bits(figure(entropyAfter))} />
        </dd>
      </div>
      <div>
        <dt>{facts.mass}</dt>
        <dd>
          <Measure id="kept-mass" value={mass} shown={percent(mass)} />
        </dd>
      </div>
      <div>
        <dt>{facts.kept}</dt>
        <dd>
          <Measure id="kept-tokens" value={kept} shown={facts.of(number(kept), number(vocabSize))} />
        </dd>
      </div>
      <div>
        <dt>{facts.length}</dt>
        <dd>
          <Measure id="draft-tokens" value={next.length} shown={number(next.length)} />
        </dd>
      </div>
    </dl>
  );
}
