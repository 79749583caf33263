/** One row of Poe's ledger. */
export interface HistoryRow {
  readonly queryId: string;
  readonly bot: string;
  readonly keyName: string | undefined;
  /** Arrival of the request, ms since 1970 on Poe's clock. */
  readonly startedAt: number;
  readonly points: number;
  /** Absent for bots with a flat price. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** It was claimed though others that cost the same could have been the call's as well. */
  isOneOfEquals?: boolean;
}
