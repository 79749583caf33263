import type { BudgetRow, KeyRow, TeamRow } from '../store/schema.ts';
import type { KeySettings } from './read-key-settings.ts';
import type { BudgetRule, KeyRecord, TeamRecord } from './roster.ts';

type SettingColumns = Omit<
  KeyRow,
  | 'id'
  | 'digest'
  | 'previous_digest'
  | 'previous_until'
  | 'created_at'
  | 'updated_at'
  | 'deleted_at'
>;

export function settingsToColumns(settings: KeySettings): SettingColumns {
  const { limits } = settings;
  return {
    name: settings.name,
    team_id: settings.teamId,
    models: JSON.stringify(settings.models),
    expires_at: settings.expiresAt ?? null,
    enabled: settings.enabled ? 1 : 0,
    footer: settings.footer ?? null,
    heartbeat: settings.heartbeat ?? null,
    requests_per_minute: limits.requestsPerMinute ?? null,
    tokens_per_minute: limits.tokensPerMinute ?? null,
    max_streams: limits.maxStreams ?? null,
  };
}

export function rowToKey(row: KeyRow): KeyRecord {
  const { previous_digest: digest, previous_until: until } = row;
  return {
    id: row.id,
    name: row.name,
    teamId: row.team_id,
    digest: row.digest,
    previous: digest === null || until === null ? undefined : { digest, until },
    models: parseModels(row.models),
    limits: {
      requestsPerMinute: row.requests_per_minute ?? undefined,
      tokensPerMinute: row.tokens_per_minute ?? undefined,
      maxStreams: row.max_streams ?? undefined,
    },
    footer: row.footer ?? undefined,
    heartbeat: row.heartbeat ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    enabled: row.enabled === 1,
  };
}

export function rowToTeam({ id, name, poe_account: account }: TeamRow): TeamRecord {
  return { id, name, poeAccount: account ?? undefined };
}

export function rowToBudget({ id, scope, subject, period, points }: BudgetRow): BudgetRule {
  return { id, scope, subject, period, points };
}

/** What somebody broke by hand allows nothing. */
function parseModels(text: string): string[] {
  try {
    const models = JSON.parse(text) as unknown;
    return Array.isArray(models) ? models.filter((model) => typeof model === 'string') : [];
  } catch {
    return [];
  }
}
