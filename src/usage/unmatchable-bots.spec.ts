import { describe, expect, it } from 'vitest';
import { UnmatchableBots } from './unmatchable-bots.ts';

const TEN_MINUTES = 10 * 60_000;

describe('UnmatchableBots', () => {
  it('has a bot after two misses in a row', () => {
    const bots = new UnmatchableBots();
    bots.missed('bot', 0);
    expect(bots.has('bot', 1)).toBe(false);
    bots.missed('bot', 1);
    expect(bots.has('bot', 1)).toBe(true);
    expect(bots.has('other', 1)).toBe(false);
  });

  it('begins to count anew after a match', () => {
    const bots = new UnmatchableBots();
    bots.missed('bot', 0);
    bots.matched('bot');
    bots.missed('bot', 1);
    expect(bots.has('bot', 1)).toBe(false);
  });

  it('gives a bot another chance ten minutes after its last miss', () => {
    const bots = new UnmatchableBots();
    bots.missed('bot', 0);
    bots.missed('bot', 1000);
    expect(bots.has('bot', 1000 + TEN_MINUTES)).toBe(true);
    expect(bots.has('bot', 1001 + TEN_MINUTES)).toBe(false);
    bots.missed('bot', 1002 + TEN_MINUTES);
    expect(bots.has('bot', 1002 + TEN_MINUTES)).toBe(false);
  });
});
