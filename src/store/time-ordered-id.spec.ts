import { expect, it } from 'vitest';
import { timeOrderedId } from './time-ordered-id.ts';

it('is a UUID of version 7', () => {
  expect(timeOrderedId()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

it('begins with its time, so that later ones come later', () => {
  expect(timeOrderedId(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7/);
  expect(timeOrderedId(1) < timeOrderedId(2)).toBe(true);
  expect(timeOrderedId(1)).not.toBe(timeOrderedId(1));
});
