import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** A program that imports one name from the entry of the package, and uses it. */
function programWith(name: string): Plugin {
  return {
    name: 'program',
    resolveId: (id) => (id === 'program' ? id : null),
    load: (id) =>
      id === 'program' ? `import { ${name} } from '${src}index.ts'; console.log(${name});` : null,
  };
}

/** The modules below `src/` that have code in a page's bundle of that program. */
async function modulesFor(name: string): Promise<string[]> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [programWith(name)],
    build: { write: false, rolldownOptions: { input: 'program' } },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const chunks = output.filter((part) => part.type === 'chunk');
  const modules = chunks.flatMap((chunk) => Object.entries(chunk.modules));
  const kept = modules.filter(([id, { code }]) => id.startsWith(src) && code !== null && code !== '');
  return kept.map(([id]) => id.slice(src.length));
}

const ofRecipe = (path: string): boolean => path.startsWith('recipe/') || path === 'api/train-text.ts';

test('a bundle that only generates contains no recipe code', async () => {
  const modules = await modulesFor('generate');
  expect(modules).toContain('generation/writing/generate.ts');
  expect(modules.filter(ofRecipe)).toEqual([]);
});

test('a bundle that calls trainText contains it', async () => {
  const modules = await modulesFor('trainText');
  expect(modules).toEqual(expect.arrayContaining(['api/train-text.ts', 'recipe/run/run.ts']));
});
