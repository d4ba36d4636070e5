import { OptionError, type UnrolledError } from '../errors.ts';

/** The message of an error, with flags for the names of options; only an error that names options loads the table of flags. */
export async function messageOf(error: UnrolledError): Promise<string> {
  if (!(error instanceof OptionError)) return error.message;
  const { flagOf } = await import('./arguments/recipe-flags.ts');
  return error.spelled(flagOf, 'unrolled').message;
}
