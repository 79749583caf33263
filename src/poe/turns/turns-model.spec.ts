import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeTurns } from './make-turns.fixture.ts';
import type { SetAsideReason } from './set-aside.ts';

const MINUTE = 60_000;
const KEYS = ['a1@a', 'a2@a', 'b1@b'];
const MAX_WAIT = 90_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Step =
  | { readonly do: 'take'; readonly caller: string; readonly address: string }
  | { readonly do: 'usage'; readonly account: string }
  | { readonly do: 'end' | 'leave'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'refuse'; readonly key: string; readonly why: SetAsideReason };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      caller: fc.constantFrom('x', 'y', 'z'),
      address: fc.constantFrom('1', '2'),
    }),
  },
  fc.record({ do: fc.constant('usage' as const), account: fc.constantFrom('a', 'b') }),
  { weight: 5, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(99) }) },
  fc.record({ do: fc.constant('leave' as const), which: fc.nat(99) }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: MINUTE }),
    }),
  },
  fc.record({
    do: fc.constant('refuse' as const),
    key: fc.constantFrom('a1', 'a2', 'b1'),
    why: fc.constantFrom<SetAsideReason>('unauthorized', 'no_points', 'rate_limited'),
  }),
);
const limits = fc.record({
  requestsPerMinute: fc.integer({ min: 1, max: 6 }),
  concurrentCalls: fc.integer({ min: 1, max: 8 }),
  concurrentCallsPerCaller: fc.integer({ min: 1, max: 4 }),
  maxWaiting: fc.integer({ min: 0, max: 12 }),
});

interface Call {
  readonly caller: string;
  state: 'waiting' | 'running' | 'over';
  leave: () => void;
  end: () => void;
}

it('keeps to its limits, lets nobody wait for nothing, and is done with everybody', async () => {
  const property = fc.asyncProperty(
    limits,
    fc.array(step, { maxLength: 120, size: 'max' }),
    async (settings, steps) => {
      const { turns, keyOf } = makeTurns({ ...settings, maxWaitMs: MAX_WAIT }, KEYS);
      const calls: Call[] = [];
      /** Times of the requests of each account. */
      const made: Record<string, number[]> = { a: [], b: [] };
      let usage = 0;

      const inState = (state: Call['state']) => calls.filter((call) => call.state === state);
      const usedOf = (account: string) =>
        (made[account] ?? []).filter((time) => time > performance.now() - MINUTE).length;
      const make = (account: string) => {
        made[account]?.push(performance.now());
        expect(usedOf(account)).toBeLessThanOrEqual(settings.requestsPerMinute);
      };
      const take = (caller: string, address: string) => {
        const call: Call = {
          caller,
          state: 'waiting',
          leave: () => undefined,
          end: () => undefined,
        };
        calls.push(call);
        const subscription = turns.take({ caller, address }).subscribe({
          next: (turn) => {
            expect(call.state).toBe('waiting');
            call.state = 'running';
            call.end = () => {
              call.state = 'over';
              turn.end();
            };
            make(turn.key.account);
          },
          error: () => {
            call.state = 'over';
          },
        });
        call.leave = () => {
          call.state = 'over';
          subscription.unsubscribe();
        };
      };
      const check = () => {
        const running = inState('running');
        const ofCaller = (name: string) => running.filter(({ caller }) => caller === name).length;
        const waiting = inState('waiting');
        expect(turns.state).toMatchObject({ waiting: waiting.length, running: running.length });
        expect(running.length).toBeLessThanOrEqual(settings.concurrentCalls);
        expect(waiting.length).toBeLessThanOrEqual(settings.maxWaiting);
        for (const name of ['x', 'y', 'z']) {
          expect(ofCaller(name)).toBeLessThanOrEqual(settings.concurrentCallsPerCaller);
        }
        if (running.length === settings.concurrentCalls) return;
        if (waiting.every(({ caller }) => ofCaller(caller) === settings.concurrentCallsPerCaller)) {
          return;
        }
        // Somebody waits whom only the accounts can hold up: none with a key to give has room.
        const accounts = turns.state.accounts.filter(
          ({ name, isRateLimited }) => !isRateLimited && usedOf(name) < settings.requestsPerMinute,
        );
        const isAllSetAside = turns.state.accounts.every(
          ({ name, keysSetAside }) => keysSetAside.length === (name === 'a' ? 2 : 1),
        );
        const ready = accounts.filter(
          ({ name, keysSetAside }) => isAllSetAside || keysSetAside.length < (name === 'a' ? 2 : 1),
        );
        expect(ready).toEqual([]);
      };

      for (const one of steps) {
        if (one.do === 'take') take(one.caller, one.address);
        else if (one.do === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
        else if (one.do === 'refuse') turns.setAside(keyOf(one.key), one.why);
        else if (one.do === 'usage') {
          usage += 1;
          void turns.takeForUsage(one.account).then(() => {
            usage -= 1;
            make(one.account);
          });
          await vi.advanceTimersByTimeAsync(0);
        } else {
          const some = inState(one.do === 'end' ? 'running' : 'waiting');
          const call = some[one.which % Math.max(1, some.length)];
          call?.[one.do]();
        }
        check();
      }
      // Usage calls may have taken whole minutes ahead.
      await vi.advanceTimersByTimeAsync(MAX_WAIT + steps.length * MINUTE);
      for (const call of inState('running')) call.end();
      expect(inState('waiting')).toEqual([]);
      expect([turns.state.waiting, turns.state.running, usage]).toEqual([0, 0, 0]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );
  await fc.assert(property, { numRuns: 150 });
});
