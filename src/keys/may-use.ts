import type { Caller } from './caller.ts';
import { matchesGlob } from './matches-glob.ts';

/** Whether the caller may call the model of this registry name; an alias decides nothing. */
export function mayUse({ models }: Pick<Caller, 'models'>, model: string): boolean {
  return models.some((glob) => glob === '*' || matchesGlob(glob, model));
}
