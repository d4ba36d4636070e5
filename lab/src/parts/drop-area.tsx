import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../language/language.ts';
import { openFiles } from '../state/open-files.ts';

const isDragging: Signal<boolean> = signal(false);

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** Files are accepted anywhere on the page; an outline shows that while they are dragged over it. */
export function DropArea() {
  useEffect(listen, []);
  if (!isDragging.value) return null;
  return (
    <div class="drop-area">
      <p>{say.value.models.drop}</p>
    </div>
  );
}

function listen(): () => void {
  const stop = new AbortController();
  const on = (name: 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
    document.addEventListener(name, (event) => hasFiles(event) && act(event), { signal: stop.signal });
  on('dragover', (event) => {
    event.preventDefault();
    isDragging.value = true;
  });
  on('dragleave', ({ relatedTarget }) => {
    // Null where the pointer leaves the window, not only an element of it.
    if (relatedTarget === null) isDragging.value = false;
  });
  on('drop', (event) => {
    event.preventDefault();
    isDragging.value = false;
    void openFiles([...(event.dataTransfer?.files ?? [])]);
  });
  return () => stop.abort();
}
