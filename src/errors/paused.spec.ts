import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { Paused } from './paused.ts';

it('carries the text that users read, and is no ApiError: its answer is a message', () => {
  const paused = new Paused('Paused: …');
  expect(paused).toMatchObject({ name: 'Paused', message: 'Paused: …' });
  expect(paused).not.toBeInstanceOf(ApiError);
});
