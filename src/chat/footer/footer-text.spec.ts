import { expect, it } from 'vitest';
import { footerText, type FooterFacts } from './footer-text.ts';

const facts: FooterFacts = {
  usage: { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 },
  points: 57,
  pointsAreEstimate: false,
  left: { of: 'account', points: 987_654 },
};
const PLAIN = '\n\n---\nTokens: 1,234 total (1,200 in / 34 out) | Points: 57 | Balance: 987,654';

it.each<[string, Partial<FooterFacts>, string]>([
  ['exact points', {}, PLAIN],
  ['an estimate', { pointsAreEstimate: true }, PLAIN.replace('57', '57 est.')],
  [
    'an unknown balance',
    { left: { of: 'account', points: undefined } },
    PLAIN.replace('987,654', 'n/a'),
  ],
  ['no balance', { left: { of: 'account', points: 0 } }, PLAIN.replace('987,654', '0')],
  ['a debt', { left: { of: 'account', points: -1234 } }, PLAIN.replace('987,654', '-1,234')],
  ['nothing of what is left', { left: undefined }, PLAIN.replace(' | Balance: 987,654', '')],
  [
    'a budget',
    { left: { of: 'budget', points: 12_345, period: 'day' } },
    PLAIN.replace('Balance: 987,654', 'Budget: 12,345 left today'),
  ],
  [
    'a budget of a week that is used up',
    { left: { of: 'budget', points: 0, period: 'week' } },
    PLAIN.replace('Balance: 987,654', 'Budget: 0 left this week'),
  ],
  [
    'a budget of a month',
    { left: { of: 'budget', points: 1, period: 'month' } },
    PLAIN.replace('Balance: 987,654', 'Budget: 1 left this month'),
  ],
  ['fractions of points', { points: 56.5 }, PLAIN],
  [
    'a warning',
    { warning: { above: 5000, cheaper: [] } },
    `${PLAIN}\nWarning: above 5,000 points.`,
  ],
  [
    'cheaper models',
    {
      warning: {
        above: 5000,
        cheaper: [
          { name: 'A', points: 1200 },
          { name: 'B', points: 2 },
        ],
      },
    },
    `${PLAIN}\nWarning: above 5,000 points. Cheaper for this size: A (1,200), B (2).`,
  ],
  [
    'a limit',
    { limit: 8000 },
    `${PLAIN}\nLimit: above 8,000 points per message; requests estimated above it are refused.`,
  ],
  [
    'a limit of nothing',
    { limit: 0 },
    `${PLAIN}\nLimit: above 0 points per message; requests estimated above it are refused.`,
  ],
  [
    'a warning and a limit',
    { warning: { above: 5000, cheaper: [] }, limit: 8000 },
    `${PLAIN}\nWarning: above 5,000 points.\nLimit: above 8,000 points per message; requests estimated above it are refused.`,
  ],
])('writes %s', (_, members, text) => {
  expect(footerText({ ...facts, ...members })).toBe(text);
});
