import { checkTokenizer } from '../data/tokenizers/tokenizer.ts';
import { wrongKind } from '../kinds.ts';

/** Throws unless the value is a RecurrentLM, for example for a promise or a SavedModel. */
export function checkModel(where: string, model: unknown): void {
  const { params, config, run } = Object(model);
  if (Array.isArray(params) && config && typeof run === 'function') return;
  const isSaved = Object(model).model !== undefined;
  const advice = isSaved ? 'Pass its model: saved.model.' : 'Pass new RecurrentLM(…), or saved.model.';
  throw wrongKind(where, 'the model', model, 'a RecurrentLM', advice);
}

/** Throws unless the value has a tokenizer and a vocabulary. */
export function checkCodec(where: string, codec: unknown): void {
  const { tokenizer, vocabulary } = Object(codec);
  if (tokenizer && typeof vocabulary?.idOf === 'function') return void checkTokenizer(where, tokenizer);
  throw wrongKind(
    where,
    'the codec',
    codec,
    'a SavedModel',
    'Pass await loadModel(…), or { tokenizer, vocabulary }.',
  );
}

/** Throws unless the value has a model, a tokenizer and a vocabulary, for example for a promise. */
export function checkTextModel(where: string, saved: unknown): void {
  const { model, tokenizer, vocabulary } = Object(saved);
  if (model && tokenizer && typeof vocabulary?.idOf === 'function') {
    return void checkTokenizer(where, tokenizer);
  }
  const advice = 'Pass await loadModel(…), or { model, tokenizer, vocabulary }.';
  throw wrongKind(where, 'the saved model', saved, 'a SavedModel', advice);
}
