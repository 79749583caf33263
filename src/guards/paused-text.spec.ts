import { expect, it } from 'vitest';
import { pausedText } from './paused-text.ts';

it.each([
  [99_999.4, 100_000, 'is 99,999 points, below its cutoff of 100,000.'],
  [-1234, 0, 'is -1,234 points, below its cutoff of 0.'],
])('with %d points left and a cutoff of %d says so', (available, cutoff, part) => {
  const text = pausedText(available, cutoff);
  expect(text).toMatch(/^Paused: /);
  expect(text).toContain(part);
  expect(text).toContain('No model was called and nothing was spent.');
});

it('does not make up a balance that it does not know', () => {
  const text = pausedText(undefined, 100_000);
  expect(text).toMatch(/^Paused: .*cannot read its Poe balance/);
  expect(text).toContain('No model was called and nothing was spent.');
  expect(text).not.toMatch(/\d/);
});
