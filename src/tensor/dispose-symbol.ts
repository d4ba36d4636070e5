declare global {
  interface SymbolConstructor {
    /** Of `using`; engines and type libraries before ES2026 lack it. */
    readonly dispose: unique symbol;
  }
}

/** The name of the method that `using` calls. Where the engine has none, a name that nobody calls: no global is changed. */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol('dispose') as unknown as typeof Symbol.dispose);
