// What bundles for pages have in place of file-error.ts (`browser` in package.json): a page opens no files by path.
export function fileError(_: string, error: unknown): unknown {
  return error;
}

export function errorCode(_: unknown): string | undefined {
  return undefined;
}
