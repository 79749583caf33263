import { expect, it } from 'vitest';
import { RequestFacts } from '../../observability/request-facts.ts';
import { poeProxyFacts } from './poe-proxy-facts.ts';

it('says what is known', () => {
  const facts = new RequestFacts('id');
  Object.assign(facts, { points: 7, pointsSource: 'history', balance: 0, clippedMessages: 3 });
  Object.assign(facts, { attempts: 2, model: 'GPT' });
  facts.repairs.push('top_k dropped');
  expect(poeProxyFacts(facts)).toStrictEqual({
    points: 7,
    points_source: 'history',
    balance: 0,
    clipped_messages: 3,
    attempts: 2,
    model: 'GPT',
    repairs: ['top_k dropped'],
  });
});

it('says of what is not known that it is not', () => {
  expect(poeProxyFacts(new RequestFacts('id'))).toStrictEqual({
    points: 0,
    points_source: 'estimate',
    balance: null,
    clipped_messages: 0,
    attempts: 0,
    model: '',
    repairs: [],
  });
});

it('says what is left of a budget, where that is told', () => {
  const budget = {
    scope: 'team',
    subject: 'data',
    period: 'day',
    points: 10,
    spent: 3,
    held: 2,
    remaining: 5,
    resets_at: '2026-01-02T00:00:00.000Z',
  } as const;
  const facts = new RequestFacts('id');
  expect(poeProxyFacts(facts, budget)).toMatchObject({ balance: null, budget });
});
