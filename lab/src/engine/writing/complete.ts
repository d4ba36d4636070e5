import { beamSearch, type SavedModel, Suggester } from 'unrolled';
import type { Completion } from './calls.ts';
import { encodeDraft } from './encoded-draft.ts';
import type { TextStates } from './text-states.ts';

/** The end of a text that words are completed from, in UTF-16 units. */
const READ = 4_000;
/** The most tokens of a word that is spelled in characters or bytes, and the beams that are followed. */
const [LENGTH, WIDTH] = [24, 8];

/** Completions of the half-typed word at the end of a text, or its next words, most likely first. */
export async function complete(
  saved: SavedModel,
  text: string,
  count: number,
  desk: { readonly states: TextStates; suggester: Suggester | null },
  signal: AbortSignal,
): Promise<readonly Completion[]> {
  if (saved.tokenizer.granularity === 'character')
    return spelledWords(saved, text, count, desk.states, signal);
  desk.suggester ??= new Suggester(saved);
  const { half, next } = desk.suggester.suggest(endOf(text), count);
  const { wholeWords, lineEnd } = saved.tokenizer;
  return next
    .filter(({ token }) => token !== half)
    .map(({ token, probability }) => {
      // Pieces bring the space before them.
      const isWord = token !== lineEnd && wholeWords;
      return {
        text: token === lineEnd ? '\n' : token,
        behind: isWord ? ' ' : '',
        remove: half.length,
        probability,
      };
    });
}

/** Words in characters or bytes: the most likely ways to go on up to the next white space, without incomplete characters. */
async function spelledWords(
  saved: SavedModel,
  text: string,
  count: number,
  states: TextStates,
  signal: AbortSignal,
): Promise<readonly Completion[]> {
  const { context } = encodeDraft(saved, { text, written: [], fromStart: false, random: null });
  const state = await states.before(context, signal);
  try {
    const prompt = context.subarray(-1);
    const ends = spacesOf(saved);
    const found = await beamSearch(saved.model, {
      ...{ prompt, state, ends, signal, alpha: 0, width: Math.max(WIDTH, count), length: LENGTH },
    });
    return found
      .filter(({ ids }) => ends.includes(ids[ids.length - 1]))
      .map(({ ids, logProbability }) => ({
        text: saved.decode(ids.slice(0, -1)),
        behind: ids[ids.length - 1] === saved.vocabulary.endId ? '' : saved.decode(ids.slice(-1)),
        remove: 0,
        probability: Math.exp(logProbability),
      }))
      .filter((one) => one.text !== '' && !one.text.includes('\ufffd'))
      .slice(0, count);
  } finally {
    state.release();
  }
}

const spaces: WeakMap<SavedModel, readonly number[]> = new WeakMap();

/** The tokens that end a word: white space, and the end of an item. */
function spacesOf(saved: SavedModel): readonly number[] {
  const { tokens, endId } = saved.vocabulary;
  const ids =
    spaces.get(saved) ?? [...tokens.keys()].filter((id) => id === endId || /^\s+$/.test(tokens[id]));
  spaces.set(saved, ids);
  return ids;
}

/** The end of a text, from the start of a word on. */
function endOf(text: string): string {
  if (text.length <= READ) return text;
  const end = text.slice(-READ);
  return end.slice(end.search(/\s/) + 1);
}
