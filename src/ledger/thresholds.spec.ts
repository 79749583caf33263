import { expect, it } from 'vitest';
import type { Budget } from './budget.ts';
import type { BudgetEvent } from './budget-webhook.ts';
import { Tally } from './tally.ts';
import { Thresholds } from './thresholds.ts';

const budget: Budget = { id: 'b', scope: 'team', subject: 'data', period: 'day', points: 200 };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function watch() {
  const claimed = new Set<string>();
  const events: BudgetEvent[] = [];
  const state = { isDown: false, claims: 0 };
  const claim = (tally: Tally, percent: number) => {
    state.claims += 1;
    if (state.isDown) return Promise.reject(new Error('away'));
    const what = `${tally.name} ${percent}`;
    const isFirst = !claimed.has(what);
    claimed.add(what);
    return Promise.resolve(isFirst);
  };
  const instance = () => new Thresholds({ post: (event) => events.push(event) }, claim, log);
  const tallyOf = (start = 0) => new Tally(`b:${start}`, budget, start, start + 86_400_000);
  return { instance, events, tallyOf, state };
}
const turn = () => new Promise(setImmediate);

it('announces 50, 80 and 100 %, each once, by whichever instance sees it', async () => {
  const { instance, events, tallyOf, state } = watch();
  const [one, other] = [instance(), instance()];
  const [tally, same] = [tallyOf(), tallyOf()];
  for (const spent of [99, 100, 120, 159, 160, 199, 210, 250]) {
    tally.spent = same.others = spent;
    one.look(tally);
    other.look(same);
    await turn();
  }
  expect(events.map(({ percent, spent }) => [percent, spent])).toEqual([
    [50, 100],
    [80, 160],
    [100, 210],
  ]);
  // Each of the two asks once for each.
  expect(state.claims).toBe(6);
  expect(events[0]).toEqual({
    budget: 'b',
    scope: 'team',
    subject: 'data',
    period: 'day',
    percent: 50,
    spent: 100,
    limit: 200,
    window_start: '1970-01-01T00:00:00.000Z',
    resets_at: '1970-01-02T00:00:00.000Z',
  });
});

it('announces all that was passed at once, and begins anew with the next window', async () => {
  const { instance, events, tallyOf } = watch();
  const thresholds = instance();
  for (const start of [0, 86_400_000]) {
    const tally = tallyOf(start);
    tally.spent = 180;
    thresholds.look(tally);
    await turn();
  }
  expect(events.map(({ percent }) => percent)).toEqual([50, 80, 50, 80]);
});

it('waits for a store that is away, and does not forget what was passed meanwhile', async () => {
  const { instance, events, tallyOf, state } = watch();
  const thresholds = instance();
  const tally = tallyOf();
  state.isDown = true;
  tally.spent = 170;
  thresholds.look(tally);
  await turn();
  expect(events).toEqual([]);
  state.isDown = false;
  thresholds.look(tally);
  await turn();
  expect(events.map(({ percent }) => percent)).toEqual([50, 80]);
});
