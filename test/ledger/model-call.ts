import fc from 'fast-check';

/** The longest that one takes, ms. */
export const LONGEST_MS = 20_000;

/** A call, or what somebody else did with the account. */
export const CALL = fc.record({
  at: fc.integer({ min: 0, max: 300_000 }),
  takes: fc.integer({ min: 50, max: LONGEST_MS }),
  bot: fc.constantFrom('One', 'Two'),
  team: fc.constantFrom('a', 'b'),
  tokens: fc.integer({ min: 1, max: 4 }),
  discount: fc.constantFrom(0, 0, 0, 1),
  fate: fc.constantFrom(
    'answered',
    'answered',
    'answered',
    'found',
    'broken',
    'killed',
    'unbilled',
    'chat',
    'other',
    'own',
  ),
  lag: fc.integer({ min: 0, max: 30_000 }),
  zero: fc.constantFrom(0, 0, 14_000),
  isTwin: fc.constantFrom(false, false, false, true),
  isSwapped: fc.boolean(),
});

export type Call = typeof CALL extends fc.Arbitrary<infer T> ? T : never;

/** Whoever waits: from one look at Poe's ledger to the next. */
export const PACE = fc.array(fc.integer({ min: 1000, max: 20_000 }), {
  minLength: 1,
  maxLength: 9,
});

export function pointsOf({ tokens, bot, discount }: Call): number {
  return 100 * tokens + (bot === 'One' ? 1 : 2) - 30 * discount;
}
