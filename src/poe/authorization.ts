import type { PoeKey } from '../config/config.ts';

/** The header that makes a request of Poe one of this key. */
export function authorization(key: PoeKey | undefined): { readonly authorization: string } {
  return { authorization: `Bearer ${key?.secret ?? ''}` };
}
