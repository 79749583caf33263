import type { Log } from '../observability/log.ts';
import type { PoeAccount } from '../poe/poe-accounts.ts';
import { Alarm } from '../poe/turns/alarm.ts';
import type { HistoryRow } from './history-row.ts';
import type { LedgerNames } from './ledger-names.ts';
import { LedgerPass, type Claim } from './ledger-pass.ts';
import { LedgerWindow } from './ledger-window.ts';
import { misnamedKey } from './misnamed-key.ts';
import { isCandidate, matchRow, type LedgerCall } from './match-row.ts';
import type { UnmatchableBots } from './unmatchable-bots.ts';
import type { UsageClient } from './usage-client.ts';

/** At most one history call in this time, for the account's 500 requests a minute are shared. */
const PACE_MS = 1000;
/** A row is rarely there at once; a first look that is too early costs a whole PACE_MS. */
const SETTLE_MS = 150;
/** Nobody is looking at a screen for these: one call serves many. */
const BACKGROUND_PACE_MS = 5000;
/** So many calls may look for their rows without anybody waiting; the rest stay estimates. */
const MOST_IN_BACKGROUND = 1000;
/** Newer pages first; a call this far behind the newest rows is given up. */
const MOST_PAGES = 5;

/**
 * Finds the rows of one account's ledger that belong to our calls. Many calls share one history
 * call: one is in flight at a time, and none while nobody waits.
 */
export class AccountHistory {
  readonly #window = new LedgerWindow();
  readonly #claims = new Set<Claim>();
  readonly #alarm = new Alarm(() => void this.#wake());
  #reading = false;
  #lastReadAt = -Infinity;
  #failing = false;
  #warned = false;
  #page: { after: string; number: number } | undefined;

  constructor(
    private readonly account: PoeAccount,
    private readonly names: LedgerNames,
    private readonly unmatchable: UnmatchableBots,
    private readonly client: UsageClient,
    private readonly log: Log,
  ) {}

  /** Nobody waits any longer. */
  close(): void {
    this.#alarm.clear();
    for (const claim of this.#claims) claim.resolve(undefined);
    this.#claims.clear();
  }

  /** See PointsHistoryService. */
  find(call: LedgerCall, patienceMs: number, urgent: boolean): Promise<HistoryRow | undefined> {
    const since = performance.now();
    const inVain = this.#failing || this.unmatchable.has(call.bot, since);
    const isCrowded = !urgent && this.#claims.size >= MOST_IN_BACKGROUND;
    if (patienceMs <= 0 || (urgent && inVain) || isCrowded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const deadline = since + patienceMs;
      this.#claims.add({ call, urgent, since, deadline, resolve, contested: false });
      this.#schedule();
    });
  }

  /** Wakes for the next read or the next deadline, whichever is earlier. */
  #schedule(): void {
    if (this.#claims.size === 0) return;
    const deadlines = [...this.#claims].map((claim) => claim.deadline);
    this.#alarm.set(Math.min(this.#readDue(), ...deadlines), performance.now());
  }

  #readDue(): number {
    if (this.#reading) return Infinity;
    const claims = this.#mostUrgent();
    const pace = claims[0]?.urgent ? PACE_MS : BACKGROUND_PACE_MS;
    const first = Math.min(...claims.map((claim) => claim.since));
    return Math.max(first + SETTLE_MS, this.#lastReadAt + pace);
  }

  async #wake(): Promise<void> {
    // Timers may fire a fraction of a millisecond early.
    if (performance.now() >= this.#readDue() - 1) {
      const reading = this.#read();
      this.#schedule();
      await reading;
    }
    this.#match();
    this.#schedule();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#lastReadAt = performance.now();
    const { name: account } = this.account;
    try {
      const page = await this.client.readHistory(this.account, this.#page?.after);
      this.#window.add(page.rows, Date.now());
      this.names.see(page.rows);
      const reachesBack = !(page.oldest > this.#oldestWanted());
      const number = (this.#page?.number ?? 1) + 1;
      this.#page =
        reachesBack || page.next === undefined || number > MOST_PAGES
          ? undefined
          : { after: page.next, number };
      if (this.#failing) this.log.info({ account }, 'the points history is read again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.log.warn({ account, err: error }, 'the points history cannot be read');
      }
      this.#failing = true;
      this.#page = undefined;
    } finally {
      this.#reading = false;
    }
  }

  /** An old call that nobody waits for must not keep the newest rows from those who wait. */
  #oldestWanted(): number {
    return Math.min(...this.#mostUrgent().map(({ call }) => call.sentAt));
  }

  #mostUrgent(): Claim[] {
    const claims = [...this.#claims];
    const urgent = claims.filter((claim) => claim.urgent);
    return urgent.length > 0 ? urgent : claims;
  }

  #match(): void {
    const now = performance.now();
    const rowsOf = (bot: string) => this.#window.unclaimed(bot);
    const fits = (call: LedgerCall, row: HistoryRow) => this.#fits(call, row);
    const pass = new LedgerPass(this.#claims, rowsOf, fits);
    for (const claim of this.#claims) {
      const over = now >= claim.deadline || (claim.urgent && this.#failing);
      const row = this.#rowOf(pass, claim, over);
      if (row) this.#window.claim(row);
      if (!row && !over) continue;
      if (row) this.unmatchable.matched(claim.call.bot);
      else if (claim.urgent) this.#noteMiss(pass, claim.call, now);
      pass.settle(claim, row);
      this.#claims.delete(claim);
      claim.resolve(row);
    }
  }

  /** Somebody waited in vain. */
  #noteMiss(pass: LedgerPass, call: LedgerCall, now: number): void {
    if (pass.hasNearMiss(call)) this.unmatchable.missed(call.bot, now);
    if (this.#warned) return;
    const seen = misnamedKey(call, this.#window.unclaimed(call.bot), this.names);
    if (seen === undefined) return;
    this.#warned = true;
    const facts = { account: this.account.name, known: this.names.of(call.key), seen };
    this.log.warn(facts, 'rows of our calls seem to be under another key name: no cost is exact');
  }

  #rowOf(pass: LedgerPass, claim: Claim, lastChance: boolean): HistoryRow | undefined {
    const { call } = claim;
    // Other keys of the account have rows too: without a name and token counts all look alike.
    if (!call.usage && this.names.of(call.key) === undefined) return undefined;
    const rows = pass.candidates(call, call.usage ? Infinity : 2);
    // Without token counts two rows are as good as a hundred.
    if (rows.length === 0 || (!call.usage && rows.length > 1)) return undefined;
    const rivals = pass.rivals(claim, rows);
    for (const rival of rivals) rival.contested ||= rival.call.key.name !== call.key.name;
    const open = rivals.filter(isRivalOf(call, rows)).length;
    const row = matchRow(call, rows, open, lastChance);
    if (row && (rows.length > 1 || open > 0)) {
      // The others will be taken for the bills of its rivals, which they may not be.
      for (const equal of rows) equal.isOneOfEquals = true;
    }
    const isUnmistakable = rows.length === 1 && rivals.length === 0 && !claim.contested;
    if (row?.inputTokens !== undefined && isUnmistakable) this.names.learn(call.key, row.keyName);
    return row;
  }

  #fits(call: LedgerCall, row: HistoryRow): boolean {
    return (
      isCandidate(call, row, this.names.of(call.key)) &&
      !this.names.isOfAnother(call.key, row.keyName)
    );
  }
}

/**
 * A call that broke off could have any row of its time. Where the token counts tell whose a row is,
 * nobody needs to wait for it; should both have had the very same counts, the costs are the same.
 */
function isRivalOf(call: LedgerCall, rows: readonly HistoryRow[]): (other: Claim) => boolean {
  const countsTell = call.usage && rows.every((row) => row.inputTokens !== undefined);
  return (other) => !countsTell || other.call.usage !== undefined;
}
