import { LanguageModel } from './language-model.js';
import { NextWords } from './next-words.js';

const [text, list, status] = ['text', 'words', 'status'].map((id) => document.getElementById(id));

let nextWords;
let isBusy = false;

/** Shows the words for the text; again if the text has changed meanwhile. */
async function update() {
  if (isBusy) return;
  isBusy = true;
  for (let shown = null; shown !== text.value; ) {
    shown = text.value;
    const begin = performance.now();
    const suggestions = await nextWords.after(shown);
    list.replaceChildren(...suggestions.map(entry));
    status.textContent = `Computed in ${(performance.now() - begin).toFixed(0)} ms`;
  }
  isBusy = false;
}

/** A button for a suggestion, with its probability as a bar. */
function entry({ word, probability, following }) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const percent = `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)}%`;
  button.append(span('word', word), span('following', following.join(' ')), span('percent', percent));
  button.style.setProperty('--share', probability);
  button.addEventListener('click', () => take(word));
  item.append(button);
  return item;
}

function span(name, content) {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = content;
  return element;
}

/** Replaces the incomplete word by a whole one. */
function take(word) {
  const before = text.value.replace(/\S*$/, '');
  text.value = `${/^[.,:;!?]/.test(word) ? before.trimEnd() : before}${word} `;
  text.focus();
  update();
}

text.addEventListener('input', update);
text.addEventListener('keydown', (event) => {
  const first = list.querySelector('.word');
  if (event.key !== 'Tab' || event.shiftKey || first === null) return;
  event.preventDefault();
  take(first.textContent);
});

try {
  const model = await LanguageModel.load('model.onnx');
  if (!model.tokenizer.includes('word')) {
    throw new Error(`The tokens of model.onnx are ${model.tokenizer}; this page needs words`);
  }
  nextWords = new NextWords(model);
  text.disabled = false;
  text.focus();
  await update();
} catch (error) {
  status.textContent = error.message;
}
