/** Writes a text of about so many bytes: lines of the bundled speeches in a random order. About one word in so many is invented. */
export function writeBigText(path: string, bytes: number, inventedIn?: number): void;
