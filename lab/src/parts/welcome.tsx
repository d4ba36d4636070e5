import { view } from '../address.ts';
import { say } from '../language/language.ts';
import { endFirstVisit, isFirstVisit } from '../state/first-visit.ts';
import { openModel } from '../state/open-files.ts';
import { FileButton } from './file-button.tsx';

/** What this page is, and three ways on, until one of them is taken. */
export function Welcome() {
  if (!isFirstVisit.value || view.value !== 'unrolled') return null;
  const texts = say.value.welcome;
  const go = (name: 'text' | 'chapter') => () => {
    endFirstVisit();
    view.value = name;
  };
  return (
    <aside class="welcome" aria-label={texts.label}>
      <p>{texts.lead}</p>
      <div class="buttons">
        <button type="button" class="main" onClick={go('text')}>
          {texts.train}
        </button>
        <FileButton label={texts.open} accept=".safetensors" onFiles={([file]) => openModel(file)} />
        <button type="button" onClick={go('chapter')}>
          {texts.tour}
        </button>
        <button type="button" class="plain" onClick={endFirstVisit}>
          {texts.close}
        </button>
      </div>
    </aside>
  );
}
