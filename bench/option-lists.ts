/** The Python interpreters of an option `--python a,b`; by default python3 and those of BENCH_PYTHON. */
export function pythonsOf(option: string | undefined): string[] {
  return listOf(option) ?? ['python3', ...(listOf(process.env.BENCH_PYTHON) ?? [])];
}

/** The values of an option, separated by commas; null without it. */
export function listOf(option: string | undefined): string[] | null {
  return option ? option.split(',').map((part) => part.trim()) : null;
}
