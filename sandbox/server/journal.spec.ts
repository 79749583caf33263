import { describe, expect, it } from 'vitest';

import { Journal } from './journal.ts';

const REQUEST = { method: 'GET', path: '/', headers: {}, body: undefined, receivedAt: 0 };

describe('Journal', () => {
  it('forgets the oldest requests, not their numbers', () => {
    const journal = new Journal(2);
    for (let count = 0; count < 3; count += 1) journal.open(REQUEST);
    expect(journal.entries.map(({ id }) => id)).toEqual(['request-2', 'request-3']);
  });

  it('is the same array after a reset', () => {
    const journal = new Journal(2);
    const { entries } = journal;
    journal.open(REQUEST);
    journal.reset();
    expect(entries).toHaveLength(0);
    journal.open(REQUEST);
    expect(entries).toMatchObject([{ id: 'request-1', outcome: 'open' }]);
  });
});
