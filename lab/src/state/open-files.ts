import { view } from '../address.ts';
import * as models from './models.ts';
import * as scoring from './scoring.ts';
import * as text from './text.ts';

/** Views that show no model. */
const withoutModel: readonly string[] = ['text', 'train', 'chapter'];

/** Opens files that were dropped or chosen: models one after the other, the others together as the text. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const texts: File[] = [];
  for (const file of files) {
    if (isNamedModel(file) || (await beginsAsModel(file))) await openModel(file);
    else texts.push(file);
  }
  if (texts.length > 0) await openText(texts);
}

/** Opens a model file, and shows a view in which it can be seen. */
export async function openModel(file: File): Promise<void> {
  showOpened(await models.openFile(file));
}

/** Shows a model of the choices, and a view in which it can be seen. */
export async function showModel(id: string): Promise<void> {
  showOpened(await models.choose(id));
}

function showOpened(isOpen: boolean): void {
  if (isOpen && withoutModel.includes(view.value)) view.value = 'unrolled';
}

/** The view Read reads the first one; elsewhere they are the text to train on. */
async function openText(files: readonly File[]): Promise<void> {
  if (view.value === 'read') return scoring.openFile(files[0]);
  view.value = 'text';
  await text.openFiles(files);
}

function isNamedModel({ name }: File): boolean {
  return name.toLowerCase().endsWith('.safetensors');
}

/** Whether a file begins like a safetensors file, whatever its name: the length of a header below 2^40, then JSON. */
async function beginsAsModel(file: File): Promise<boolean> {
  const start = await file
    .slice(5, 9)
    .text()
    .catch(() => '');
  return start === '\0\0\0{';
}
