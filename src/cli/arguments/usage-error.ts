import { UnrolledError } from '../../errors.ts';

/** A command line that can't be understood: exit status 2. */
export class UsageError extends UnrolledError {
  constructor(message: string) {
    super('usage', message);
  }
}
