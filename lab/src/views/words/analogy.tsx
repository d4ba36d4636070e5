import { useSignal } from '@preact/signals';
import type { VocabularyToken } from '../../engine/words/calls.ts';
import { figure, say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import * as words from '../../state/words.ts';
import { TokenField } from './token-field.tsx';

/** a is to b as c is to …: the tokens nearest to b − a + c. */
export function Analogy() {
  const texts = say.value.words.analogy;
  const chosen = useSignal<readonly (VocabularyToken | null)[]>([null, null, null]);
  const choose = (at: number) => (token: VocabularyToken) => {
    chosen.value = chosen.value.map((one, i) => (i === at ? token : one));
    const [a, b, c] = chosen.value.map((one) => one?.id ?? null);
    words.terms.value = [a, b, c];
  };
  return (
    <section>
      <h2>{texts.title}</h2>
      <p class="note">{texts.how}</p>
      <div class="analogy">
        {texts.fields.map((label, at) => (
          <TokenField
            key={label}
            label={label}
            chosen={words.terms.value[at] === null ? null : chosen.value[at]}
            onChoose={choose(at)}
          />
        ))}
      </div>
      <ol class="similar">
        {words.analogy.value?.map(({ id, token, cosine }) => (
          <li key={id} data-testid="analogy" data-token={token} data-cosine={String(cosine)}>
            <button type="button" class="plain" onClick={() => (words.word.value = String(id))}>
              <code>{visible(token)}</code>
              <span class="share-bar" style={{ '--share': Math.max(0, cosine) }} aria-hidden="true" />
              <span class="number">{figure(cosine)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
