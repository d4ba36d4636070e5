import type { ComponentChildren } from 'preact';

/** An error or notice, where it happened. */
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
      <p>{message}</p>
      {children}
    </div>
  );
}
