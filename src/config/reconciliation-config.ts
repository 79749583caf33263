/** How Poe's ledger is compared with the rows in the database. */
export abstract class ReconciliationConfig {
  /** Between two looks at Poe's ledger; 0 is off. */
  abstract readonly intervalMs: number;
  /** How far back entries may still appear or change. */
  abstract readonly windowMs: number;
  /** Entries that nothing fits for so long are not of this gateway. */
  abstract readonly graceMs: number;
  /** So long after its end a request is left to the process that served it. */
  abstract readonly leaveMs: number;
}
