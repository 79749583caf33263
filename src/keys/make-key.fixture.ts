import { ANONYMOUS } from './caller.ts';
import { createKeyText } from './create-key-text.ts';
import type { KeyRecord, Roster } from './roster.ts';

/** A key that may do everything but what `facts` say, and the header that it is sent in. */
export function makeKey(facts: Partial<KeyRecord> = {}): { key: KeyRecord; bearer: string } {
  const { id, text, digest } = createKeyText(facts.id);
  const key: KeyRecord = {
    id,
    name: 'ci',
    teamId: 'data',
    digest,
    previous: undefined,
    models: ['*'],
    limits: ANONYMOUS.limits,
    footer: undefined,
    heartbeat: undefined,
    expiresAt: undefined,
    enabled: true,
    ...facts,
  };
  return { key, bearer: `Bearer ${text}` };
}

export function rosterOf(...keys: KeyRecord[]): Roster {
  return { teams: [{ id: 'data', name: 'data', poeAccount: undefined }], keys, budgets: [] };
}
