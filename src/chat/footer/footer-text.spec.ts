import { expect, it } from 'vitest';
import { footerText, type FooterFacts } from './footer-text.ts';

const facts: FooterFacts = {
  usage: { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 },
  points: 57,
  pointsAreEstimate: false,
  balance: 987_654,
};
const PLAIN = '\n\n---\nTokens: 1,234 total (1,200 in / 34 out) | Points: 57 | Balance: 987,654';

it.each<[string, Partial<FooterFacts>, string]>([
  ['exact points', {}, PLAIN],
  ['an estimate', { pointsAreEstimate: true }, PLAIN.replace('57', '57 est.')],
  ['an unknown balance', { balance: undefined }, PLAIN.replace('987,654', 'n/a')],
  ['no balance', { balance: 0 }, PLAIN.replace('987,654', '0')],
  ['a debt', { balance: -1234 }, PLAIN.replace('987,654', '-1,234')],
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
