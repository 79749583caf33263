import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetCalendar } from './budget-calendar.ts';
import type { BudgetPeriod } from './budget.ts';

const HOUR = 3600 * 1000;

function windowAt(zone: string, period: BudgetPeriod, at: string) {
  const { start, end } = new BudgetCalendar(zone).windowOf(period, Date.parse(at));
  return [new Date(start), new Date(end)].map((date) =>
    date.toISOString().replace(':00.000Z', 'Z'),
  );
}

describe('windows', () => {
  it.each<[string, BudgetPeriod, string, string, string]>([
    ['UTC', 'day', '2026-11-21T12:00Z', '2026-11-21T00:00Z', '2026-11-22T00:00Z'],
    ['UTC', 'week', '2026-12-31T12:00Z', '2026-12-28T00:00Z', '2027-01-04T00:00Z'],
    ['UTC', 'month', '2028-02-29T23:59Z', '2028-02-01T00:00Z', '2028-03-01T00:00Z'],
    ['UTC', 'month', '2026-12-05T00:00Z', '2026-12-01T00:00Z', '2027-01-01T00:00Z'],
    // The hour from 2 to 3 is left out.
    ['Europe/Berlin', 'day', '2026-03-29T12:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', 'week', '2026-03-29T12:00Z', '2026-03-22T23:00Z', '2026-03-29T22:00Z'],
    ['Europe/Berlin', 'month', '2026-03-29T12:00Z', '2026-02-28T23:00Z', '2026-03-31T22:00Z'],
    // It comes twice.
    ['Europe/Berlin', 'day', '2026-10-25T00:30Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['Europe/Berlin', 'day', '2026-10-25T01:30Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['America/New_York', 'day', '2026-03-08T12:00Z', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
    ['America/New_York', 'day', '2026-11-01T12:00Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ['America/New_York', 'month', '2026-11-01T04:00Z', '2026-11-01T04:00Z', '2026-12-01T05:00Z'],
    ['America/New_York', 'week', '2026-11-01T12:00Z', '2026-10-26T04:00Z', '2026-11-02T05:00Z'],
    ['Asia/Kathmandu', 'day', '2026-11-20T18:14Z', '2026-11-19T18:15Z', '2026-11-20T18:15Z'],
    ['Asia/Kathmandu', 'day', '2026-11-20T18:15Z', '2026-11-20T18:15Z', '2026-11-21T18:15Z'],
    ['Asia/Kathmandu', 'week', '2026-11-21T12:00Z', '2026-11-15T18:15Z', '2026-11-22T18:15Z'],
    ['Asia/Kathmandu', 'month', '2026-11-21T12:00Z', '2026-10-31T18:15Z', '2026-11-30T18:15Z'],
    // A day without a midnight: clocks go from 23:59 to 1:00.
    ['Africa/Cairo', 'day', '2026-04-24T12:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    // A date that this island left out.
    ['Pacific/Apia', 'day', '2011-12-30T09:59Z', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', 'day', '2011-12-30T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
  ])('in %s the %s of %s', (zone, period, at, start, end) => {
    expect(windowAt(zone, period, at)).toEqual([start, end]);
  });

  it('follow each other without a gap and begin where the calendar does, in every zone', () => {
    const property = fc.property(
      fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      fc.constantFrom<BudgetPeriod>('day', 'week', 'month'),
      fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2038, 0) }),
      (zone, period, at) => {
        const calendar = new BudgetCalendar(zone);
        const { start, end } = calendar.windowOf(period, at);
        expect(start).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        expect(calendar.windowOf(period, end).start).toBe(end);
        expect(calendar.windowOf(period, start - 1).end).toBe(start);
        const dateAt = (time: number) =>
          new Date(time).toLocaleDateString('sv', { timeZone: zone });
        expect(dateAt(start)).not.toBe(dateAt(start - 1));
        if (period === 'month') expect(dateAt(start)).toMatch(/-01$/);
        if (period === 'day') expect(end - start).toBeGreaterThanOrEqual(22 * HOUR);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('are of no zone that does not exist', () => {
    expect(() => new BudgetCalendar('Mars/Olympus')).toThrow(RangeError);
  });
});
