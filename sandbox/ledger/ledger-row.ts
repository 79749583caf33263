/** A row of `GET /usage/points_history`: rows of API use have exactly the eight required keys. */
export interface LedgerRow {
  /** When the request started, in microseconds on Poe's clock. */
  readonly creation_time: number;
  /** In display case, whatever case the request was in. */
  readonly bot_name: string;
  /** Related to no id of the response. */
  readonly query_id: string;
  readonly usage_type: 'API' | 'Chat' | 'Canvas App';
  /** Two significant digits; `0.00` while the cost is not known yet. */
  readonly cost_usd: string;
  readonly cost_points: number;
  readonly cost_breakdown_in_points: Readonly<Record<string, string>>;
  readonly api_key_name: string;
  readonly chat_name?: string;
  readonly canvas_tab_name?: string;
}
