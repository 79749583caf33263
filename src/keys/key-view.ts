import type { KeyRow } from '../store/schema.ts';
import { rowToKey } from './key-rows.ts';

/** A key as operators see it: the members of a keys file, never secret or digest. Times are ISO 8601. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly models: readonly string[];
  readonly expires: string | null;
  readonly enabled: boolean;
  readonly footer: 'on' | 'off' | null;
  readonly heartbeat: 'comment' | 'chunk' | 'off' | null;
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  readonly max_streams: number | null;
  /** Until then the secret before the last rotation is good as well. */
  readonly previous_until: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function viewKey(row: KeyRow): KeyView {
  const { models, enabled } = rowToKey(row);
  return {
    id: row.id,
    name: row.name,
    team: row.team_id,
    models,
    expires: isoTime(row.expires_at),
    enabled,
    footer: row.footer,
    heartbeat: row.heartbeat,
    requests_per_minute: row.requests_per_minute,
    tokens_per_minute: row.tokens_per_minute,
    max_streams: row.max_streams,
    previous_until: isoTime(row.previous_until),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
