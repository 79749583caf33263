import { describe, expect, it } from 'vitest';
import { crash, type CrashPlan } from './crash.ts';
import { BUSY_MS, canDeploy } from './deployment.ts';

const MINUTE_MS = 60_000;
const SHORT: CrashPlan = {
  kills: 2,
  clients: 12,
  ledgerLagMs: [0, 1500],
  zeroMs: 1000,
  movesClock: true,
  reconciledWithinMs: BUSY_MS,
  say: () => undefined,
};
/** `npm run crash`: a ledger that is as slow as Poe's may be, and nothing but real time. */
const LONG: CrashPlan = {
  kills: Number(process.env.CRASH_KILLS),
  clients: 24,
  ledgerLagMs: [0, 30_000],
  zeroMs: 6000,
  movesClock: false,
  reconciledWithinMs: 12 * MINUTE_MS,
  say: (text) => {
    console.log(`${(performance.now() / 1000).toFixed(0)} s: ${text}`);
  },
};

describe.skipIf(!canDeploy())('a gateway of three that is killed in mid-stream', () => {
  const plan = process.env.CRASH_KILLS === undefined ? SHORT : LONG;

  it(
    'leaves no hold and no hole, and the books agree with the bill to the point',
    async () => {
      const figures = await crash(plan);
      plan.say(JSON.stringify(figures, null, 1));
      const { books, bill, rows, calls, held, outcomes, complaints } = figures;
      expect(books.booked + books.external).toBe(bill);
      expect(books.external).toBeGreaterThan(0);
      expect(rows).toBeGreaterThanOrEqual(calls);
      expect(held).toBe(0);
      expect(books.statuses.lost).toBeGreaterThan(0);
      expect(books.statuses.open).toBeUndefined();
      expect(outcomes.torn).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    },
    30 * MINUTE_MS,
  );
});
