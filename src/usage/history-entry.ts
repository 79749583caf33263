import type { HistoryRow } from './history-row.ts';

/** A row of Poe's ledger whatever it is for: of a call of the API, of the web chat, of an app. */
export interface HistoryEntry extends Omit<HistoryRow, 'isOneOfEquals'> {
  /** `API`, `Chat`, `Canvas App`; absent in some rows of the API. */
  readonly usageType: string | undefined;
  readonly isOfApi: boolean;
  /** Of the tokens in, those that Poe had cached. */
  readonly cachedTokens: number | undefined;
  /** False while its cost is not known yet. */
  readonly isFinal: boolean;
}
