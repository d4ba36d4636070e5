declare global {
  interface SymbolConstructor {
    /** Of `using`; engines and type libraries before ES2026 lack it. */
    readonly dispose: unique symbol;
  }
}

/** The method that `using` calls. */
export type Dispose = () => void;

/** Lets `using` call a class's `dispose` where the engine knows `Symbol.dispose`; elsewhere nothing, and no global is changed. */
export function makeDisposable(prototype: { dispose(): void }): void {
  if (!Symbol.dispose) return;
  const value = function dispose(this: { dispose(): void }): void {
    this.dispose();
  };
  Object.defineProperty(prototype, Symbol.dispose, { value, configurable: true, writable: true });
}
