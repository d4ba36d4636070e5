/** A top-level declaration of the runtime, with its comment. */
export interface Declaration {
  readonly name: string;
  readonly text: string;
  /** The names of other declarations that its text uses. */
  readonly needs: readonly string[];
}
