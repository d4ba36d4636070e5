import type { ItemSplit } from '../../../data/items/item-split.ts';
import type { SavedModel } from '../../../models/model-file.ts';
import { fitAdaptation, type Trial } from '../../../training/adaptation/fit-adaptation.ts';
import { gradientStatistics } from '../../../training/adaptation/gradient-statistics.ts';
import type { Adaptation } from '../../../training/evaluation/assess.ts';
import { readText } from '../../files/texts/read.ts';
import { encodeTexts } from './texts.ts';

/** The texts that prepare an adaptation, and how they are read. */
export interface AdaptationTexts {
  /** The text of the gradient statistics, or undefined. */
  readonly dynamicText: string | undefined;
  /** The text on which settings are chosen, or undefined. */
  readonly fitText: string | undefined;
  readonly cut: ItemSplit | null;
  readonly reading: Parameters<typeof readText>[1];
  readonly onTrial: (trial: Trial) => void;
  readonly signal: AbortSignal;
}

/** Adds gradient statistics and fitted settings to an adaptation. The statistics live as long as the model's backend. */
export async function prepareAdaptation(
  saved: SavedModel,
  adaptation: Adaptation,
  { dynamicText, fitText, cut, reading, onTrial, signal }: AdaptationTexts,
): Promise<Adaptation> {
  const read = async (path: string) => encodeTexts([await readText(path, reading)], cut, saved, () => {});
  let { dynamic, cache } = adaptation;
  if (dynamic && dynamicText !== undefined) {
    const statistics = await gradientStatistics(saved.model, await read(dynamicText), { signal });
    dynamic = { ...dynamic, statistics };
  }
  const prepared = { ...(dynamic && { dynamic }), ...(cache && { cache }) };
  if (fitText === undefined) return prepared;
  return fitAdaptation(saved.model, await read(fitText), prepared, { onTrial, signal });
}
