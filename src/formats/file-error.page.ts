// Replaces file-error.ts in page bundles (`browser` in package.json): a page opens no files by path.
export function fileError(_: string, error: unknown): unknown {
  return error;
}

export function errorCode(_: unknown): string | undefined {
  return undefined;
}
