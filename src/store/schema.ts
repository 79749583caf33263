/**
 * The tables, the same in SQLite and PostgreSQL. Times are ms since 1970 in UTC, costs are points,
 * both whole numbers; ids are text; yes and no are 1 and 0. A member that may be null has no value
 * until one is known.
 */
export interface Schema {
  teams: TeamRow;
  keys: KeyRow;
  budgets: BudgetRow;
  revisions: RevisionRow;
  requests: RequestRow;
  calls: CallRow;
  poe_entries: PoeEntryRow;
  poe_reads: PoeReadRow;
  balances: BalanceRow;
  audit: AuditRow;
  leases: LeaseRow;
  thresholds: ThresholdRow;
}

export type Flag = 0 | 1;

export interface TeamRow {
  id: string;
  name: string;
  /** Whose Poe key this team's calls are made with, if it has one of its own. */
  poe_account: string | null;
  created_at: number;
}

export interface KeyRow {
  /** The public part of the key. */
  id: string;
  team_id: string;
  name: string;
  /** SHA-256 of the secret, hex. */
  digest: string;
  /** The secret before the last rotation, good until `previous_until`. */
  previous_digest: string | null;
  previous_until: number | null;
  /** JSON array of globs; `["*"]` is every model. */
  models: string;
  expires_at: number | null;
  enabled: Flag;
  footer: 'on' | 'off' | null;
  heartbeat: 'comment' | 'chunk' | 'off' | null;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  max_streams: number | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface BudgetRow {
  id: string;
  scope: 'team' | 'key' | 'model';
  /** Id of the team or key, or name of the model. */
  subject: string;
  period: 'day' | 'week' | 'month';
  points: number;
  created_at: number;
  updated_at: number;
}

/** How often something changed: who keeps a copy compares the number. */
export interface RevisionRow {
  name: 'keys';
  number: number;
}

export interface RequestRow {
  id: string;
  /** Which gateway process serves it. */
  instance: string;
  opened_at: number;
  closed_at: number | null;
  key_id: string;
  key_name: string;
  team_id: string;
  team_name: string;
  /** As it was asked for. */
  model: string;
  model_used: string | null;
  stream: Flag;
  status: 'open' | 'completed' | 'failed' | 'abandoned' | 'lost';
  http_status: number | null;
  tokens_in: number | null;
  tokens_cached: number | null;
  tokens_out: number | null;
  tokens_reasoning: number | null;
  /** Points held for it while it is open. */
  held: number;
  points: number;
  grade: Grade;
  query_id: string | null;
  attempts: number;
  first_token_ms: number | null;
  duration_ms: number | null;
}

/** How sure the points of a row are, surest first. */
export type Grade = 'exact' | 'equal' | 'estimate' | 'unmatched';

/** One call of Poe; a request makes one or several. */
export interface CallRow {
  id: string;
  request_id: string;
  account: string;
  key_name: string | null;
  bot: string;
  /** On Poe's clock, as far as it is known, as entries are. */
  sent_at: number;
  /** The same. */
  responded_at: number | null;
  tokens_in: number | null;
  tokens_out: number | null;
  tokens_reasoning: number | null;
  points: number;
  grade: Grade;
  /** Of the entry on Poe's ledger, which belongs to one call at most. */
  query_id: string | null;
}

/** A row of Poe's own ledger. */
export interface PoeEntryRow {
  query_id: string;
  account: string;
  key_name: string | null;
  bot: string;
  created_at: number;
  usage_type: string | null;
  points: number;
  tokens_in: number | null;
  tokens_cached: number | null;
  tokens_out: number | null;
  first_seen_at: number;
  updated_at: number;
  call_id: string | null;
  kind: 'pending' | 'matched' | 'external';
  /**
   * Why it is external: of the owner's web chat or apps, of a key that is not ours, or of one of
   * ours that no call is known for.
   */
  reason: 'chat' | 'other_key' | 'no_call' | null;
}

/** How far a ledger of Poe's was read. */
export interface PoeReadRow {
  account: string;
  /** All that it showed at this time is known. */
  complete_until: number;
}

export interface BalanceRow {
  account: string;
  read_at: number;
  points: number;
}

export interface AuditRow {
  id: string;
  at: number;
  actor: string;
  action: string;
  subject: string;
  /** JSON, without secrets and digests; null before a creation. */
  before: string | null;
  /** The same; null after a deletion. */
  after: string | null;
}

export interface LeaseRow {
  name: string;
  holder: string;
  /** By the database's clock. */
  expires_at: number;
}

/** A budget's threshold that was announced in this window. */
export interface ThresholdRow {
  budget_id: string;
  window_start: number;
  percent: number;
}
