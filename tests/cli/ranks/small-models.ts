import { expect } from 'vitest';
import { tiny, unrolled } from '../../support/process.ts';

export const words = (line: string): string[] => line.split(' ');

/** Trains model.safetensors on the lines of train.txt in a folder, and items.safetensors on the same lines as items. */
export async function trainModels(folder: string): Promise<void> {
  for (const more of ['--out model.safetensors', '--items line --out items.safetensors']) {
    const run = await unrolled(folder, 'train', 'train.txt', ...tiny, ...words(more), '--quiet');
    expect(run).toMatchObject({ status: 0, stderr: '' });
  }
}
