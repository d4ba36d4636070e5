import { say } from '../language/language.ts';
import * as models from '../state/models.ts';
import { showModel } from '../state/open-files.ts';

/** A button that shows the model of a run in all views; nothing while it has none, or is the one that is shown. */
export function ShowModel({ run }: { readonly run: string }) {
  const isThere = models.choices.value.some(({ id }) => id === run);
  if (!isThere || models.model.value?.id === run) return null;
  return (
    <button type="button" onClick={() => void showModel(run)}>
      {say.value.train.show}
    </button>
  );
}
