import type { TokenPage } from '../../engine/text/calls.ts';
import { say } from '../../language/language.ts';

/** A part of the text in which each token can be seen. */
export function TokenStrip({ page }: { readonly page: TokenPage }) {
  return (
    // It scrolls, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus
    <section class="tokens" data-testid="tokens" tabIndex={0} aria-label={say.value.text.stage}>
      {page.tokens.map(({ text, id, known }, i) => (
        <span
          key={`${page.start}:${i}`}
          class={`token tint-${i % 2}${known ? '' : ' unknown'}`}
          title={String(id)}
        >
          {text.replaceAll('\n', '⏎\n')}
        </span>
      ))}
    </section>
  );
}
