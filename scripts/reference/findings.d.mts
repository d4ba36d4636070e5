/** What the doc comments of the public interface lack. Default entries: those of the package. */
export function findings(entries?: readonly string[]): string[];
