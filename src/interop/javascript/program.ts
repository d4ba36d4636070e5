import { declarations } from './runtime-source.ts';

/** The declarations of the runtime that a text uses, directly or through others, in their order. */
export function programFor(code: string): string {
  const needed = new Set<string>();
  const names = new Set(code.match(/\w+/g));
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const other of byName.get(name)!.needs) add(other);
  };
  for (const { name } of declarations) if (names.has(name)) add(name);
  return declarations
    .filter(({ name }) => needed.has(name))
    .map(({ text }) => `${text}\n\n`)
    .join('');
}
