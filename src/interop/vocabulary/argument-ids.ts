/**
 * The lines of a Python program, in its main block, that make `tokens` from vocab.json and `ids` from the arguments.
 *
 * @param start the id that a text starts with; null for none
 */
export function argumentIds(start: number | null): string {
  const [first, otherwise] = start === null ? ['', ' or [0]'] : [`[${start}] + `, ''];
  return `    tokens = json.loads((FOLDER / "vocab.json").read_text(encoding="utf-8"))
    for token in sys.argv[1:]:
        if token not in tokens:
            sys.exit(f"{token!r} is not a token of the model. vocab.json lists its tokens; pass them one by one.")
    ids = ${first}[tokens.index(token) for token in sys.argv[1:]]${otherwise}`;
}
