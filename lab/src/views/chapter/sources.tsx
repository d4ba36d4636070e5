import { say } from '../../language/language.ts';
import type { StepName } from './position.ts';
import files from './sources.json' with { type: 'json' };

/** The figures of the chapter that each step redraws. */
const figures: Readonly<Record<StepName, readonly string[]>> = {
  ...{ loop: ['5-6'], unrolled: ['5-8'], shapes: ['5-18'], backward: ['5-10'], long: ['5-10', '5-11'] },
  ...{ cut: ['5-11'], blocks: ['5-12', '5-13'], streams: ['5-15'], stateful: ['5-16', '5-17', '5-21'] },
  ...{ layers: ['5-25', '5-27', '5-29'], goodbye: ['5-26'], train: ['5-25'] },
};

/** Which files of the library do what the step shows: they lie beside the page, so the links work offline. */
export function Sources({ name }: { readonly name: StepName }) {
  const { source, figures: figuresOf } = say.value.chapter;
  return (
    <p class="note">
      {source}
      {': '}
      {files[name].map((path, i) => (
        <span key={path}>
          {i > 0 && ', '}
          <a href={`./source/${path}.txt`} target="_blank" rel="noopener">
            <code>{path}</code>
          </a>
        </span>
      ))}
      {' · '}
      {figuresOf(figures[name])}
    </p>
  );
}
