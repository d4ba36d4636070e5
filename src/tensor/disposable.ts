declare global {
  interface SymbolConstructor {
    /** The key that `using` calls. Missing before ES2026. */
    readonly dispose: unique symbol;
  }
}

/** The method under `Symbol.dispose`. */
export type Dispose = () => void;

/** Makes `using` call a class's `dispose` if the engine has `Symbol.dispose`. Changes no global. */
export function makeDisposable(prototype: { dispose(): void }): void {
  if (!Symbol.dispose) return;
  const value = function dispose(this: { dispose(): void }): void {
    this.dispose();
  };
  Object.defineProperty(prototype, Symbol.dispose, { value, configurable: true, writable: true });
}
