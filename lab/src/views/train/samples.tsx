import { say } from '../../language/language.ts';
import type { ShownRun } from '../../state/runs.ts';

/** The newest sample of a run, and the earlier ones on demand. */
export function Samples({ samples }: Pick<ShownRun, 'samples'>) {
  const [newest, ...earlier] = samples.toReversed();
  if (!newest) return null;
  return (
    <>
      <h3>{say.value.train.epoch(newest.epoch)}</h3>
      <blockquote class="sample">{newest.text}</blockquote>
      {earlier.length > 0 && (
        <details>
          <summary>{say.value.train.samples}</summary>
          {earlier.map(({ epoch, text }) => (
            <div key={epoch}>
              <h4>{say.value.train.epoch(epoch)}</h4>
              <blockquote class="sample">{text}</blockquote>
            </div>
          ))}
        </details>
      )}
    </>
  );
}
