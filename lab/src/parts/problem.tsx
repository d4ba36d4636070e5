import type { ComponentChildren } from 'preact';
import { inPageWords } from '../language/language.ts';

/** An error or notice, where it happened, with the page's names of settings. */
export function Problem({
  message,
  children,
}: {
  readonly message: string | null;
  readonly children?: ComponentChildren;
}) {
  if (message === null) return null;
  return (
    <div class="problem" role="alert">
      <p>{inPageWords(message)}</p>
      {children}
    </div>
  );
}
