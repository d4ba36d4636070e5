import type { FieldKind } from '../fields.ts';
import type { CallOptions } from '../service.ts';

/** Maximum length of `cache_salt`: it is kept with each entry of the cache. */
const MAX_SALT = 256;

/** The field `cache_salt`: only requests with the same one share entries of the prefix cache. */
export const cacheSalt: FieldKind<string> = {
  needs: `a string of up to ${MAX_SALT} characters`,
  schema: { type: 'string', maxLength: MAX_SALT },
  accepts: (value): value is string => typeof value === 'string' && value.length <= MAX_SALT,
};

/** The scope of the prefix cache for a request: it finds entries only of the same owner and salt. */
export function cacheScope({ cacheOwner = '' }: CallOptions, salt: string): string {
  return JSON.stringify([cacheOwner, salt]);
}
