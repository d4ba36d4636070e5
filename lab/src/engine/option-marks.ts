// A message names a setting by a mark, which the page replaces by the setting's name in its language.

/** From the private use area, so that no text has them. */
const [OPEN, CLOSE] = ['\ue000', '\ue001'];

export function marked(option: string): string {
  return OPEN + option + CLOSE;
}

/** A message with the names of settings for their marks. */
export function withNames(message: string, nameOf: (option: string) => string): string {
  return message.replace(/\ue000(\w+)\ue001/g, (_, option: string) => nameOf(option));
}
