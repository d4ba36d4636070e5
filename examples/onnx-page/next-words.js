/** The most probable next words of a text, for a model of words. */
export class NextWords {
  #model;
  #ids;
  /** Tokens that are no suggestion: the unknown word and the end of a line. */
  #banned;
  /** What the model has read: the ids, the logits after them, and the states. */
  #read = null;

  constructor(model) {
    this.#model = model;
    this.#ids = new Map(model.vocabulary.map((word, id) => [word, id]));
    const { unknown, lineEnd } = model.special;
    this.#banned = new Set([this.#ids.get(unknown), lineEnd]);
  }

  /** The `count` most probable words, each with its probability and the `length` words that would follow it. */
  async after(text, count = 6, length = 3) {
    const { words, half } = split(text);
    const { logits, states } = await this.#stateAfter(words.map((word) => this.#idOf(word)));
    const fits = (id) => !this.#banned.has(id) && this.#model.vocabulary[id].startsWith(half);
    const top = best(logits, fits, count);
    const following = await this.#continue(top, states, length);
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    return top.map((id, i) => ({
      word: this.#model.vocabulary[id],
      probability: Math.exp(logits[id]) / total,
      following: following[i],
    }));
  }

  #idOf(word) {
    const { unknown, start } = this.#model.special;
    return this.#ids.get(word) ?? this.#ids.get(word.toLowerCase()) ?? this.#ids.get(unknown) ?? start;
  }

  /** Reads only what was added since the last call, if nothing else changed. */
  async #stateAfter(words) {
    const ids = [this.#model.special.start, ...words];
    const old = this.#read;
    const isAdded = old?.ids.every((id, i) => id === ids[i]);
    const added = isAdded ? ids.slice(old.ids.length) : ids;
    if (added.length > 0) {
      const before = isAdded ? old.states : this.#model.start();
      const { logits, states } = await this.#model.read(
        added.map((id) => [id]),
        before,
      );
      this.#read = { ids, logits: logits[0], states };
    }
    return this.#read;
  }

  /** The most probable words after each of the words, up to the end of the line. All of them are one batch. */
  async #continue(words, states, length) {
    const results = words.map(() => []);
    let [ids, rows] = [words, this.#model.repeat(states, words.length)];
    for (let step = 0; step < length && ids.length > 0; step++) {
      const read = await this.#model.read([ids], rows);
      ids = read.logits.map(
        (logits) => best(logits, (id) => id !== this.#ids.get(this.#model.special.unknown), 1)[0],
      );
      rows = read.states;
      for (const [i, id] of ids.entries()) results[i].push(id);
    }
    const { lineEnd } = this.#model.special;
    return results.map((line) => {
      const end = line.indexOf(lineEnd);
      return line.slice(0, end < 0 ? length : end).map((id) => this.#model.vocabulary[id]);
    });
  }
}

/** The words of a text, punctuation marks apart and each newline as `<eos>`; and the word that is not complete yet. */
function split(text) {
  const spaced = text.replace(/[.,:;!?]+(?=\s|$)/g, ' $& ').replaceAll('\n', ' <eos> ');
  const words = spaced.split(/\s+/);
  const half = words.pop();
  return { words: words.filter((word) => word !== ''), half };
}

/** The ids with the largest logits, the largest first. */
function best(logits, fits, count) {
  const ids = Array.from(logits.keys()).filter(fits);
  return ids.sort((a, b) => logits[b] - logits[a]).slice(0, count);
}
