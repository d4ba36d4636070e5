import { say } from '../../language/language.ts';
import { saveFile } from '../../parts/save-file.ts';
import { reading } from '../../state/reading.ts';
import { columns } from '../../state/spine.ts';
import { layout, scroll, width } from './spine/build-scene.ts';
import { visibleSteps } from './spine/layout.ts';
import { numbersAsTSV } from './tsv.ts';

/** Saves the visible part of the picture, and its numbers. */
export function SaveButtons() {
  const texts = say.value.unrolled;
  return (
    <div class="buttons">
      <button type="button" onClick={savePicture}>
        {texts.savePicture}
      </button>
      <button type="button" onClick={saveNumbers}>
        {texts.saveNumbers}
      </button>
    </div>
  );
}

function savePicture(): void {
  const canvas = document.querySelector<HTMLCanvasElement>('.spine-canvas');
  canvas?.toBlob((picture) => {
    if (picture) saveFile('unrolled.png', picture);
  });
}

function saveNumbers(): void {
  const [facts, shown] = [reading.value, columns.value];
  if (!facts || !shown) return;
  const { first, last } = visibleSteps(layout.value, facts.ids.length, scroll.value, width.value);
  const steps = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const table = numbersAsTSV(
    facts,
    steps.map((step) => ({ step, column: shown.at(step) })),
  );
  saveFile('unrolled.tsv', new Blob([table], { type: 'text/tab-separated-values' }));
}
