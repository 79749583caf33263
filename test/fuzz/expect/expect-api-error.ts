import { validateHeaderName, validateHeaderValue } from 'node:http';
import { expect } from 'vitest';
import { ApiError } from '../../../src/errors/api-error.ts';

/** No sentence of ours or of Poe's is longer. */
const LONGEST_MESSAGE = 2000;
const LONGEST_WORD = 256;

/** An error that may be sent: OpenAI's envelope, a status that Node takes, headers that it takes. */
export function expectApiError(error: unknown): asserts error is ApiError {
  if (!(error instanceof ApiError)) throw error;
  expect(Number.isInteger(error.status) && error.status >= 400 && error.status < 600).toBe(true);
  const envelope: unknown = JSON.parse(JSON.stringify(error.toEnvelope()));
  const { error: members } = envelope as { error: Record<string, unknown> };
  expect(Object.keys(members).sort()).toEqual(['code', 'message', 'param', 'type']);
  expectWords(members.message, LONGEST_MESSAGE);
  expectWords(members.type, LONGEST_WORD);
  if (members.code !== null) expectWords(members.code, LONGEST_WORD);
  if (members.param !== null) expectWords(members.param, LONGEST_WORD);
  for (const [name, value] of Object.entries(error.headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    expect(value.length).toBeLessThan(200);
  }
  const wait = error.headers['retry-after'];
  if (wait !== undefined) expect(wait).toMatch(/^\d{1,10}$/);
}

function expectWords(value: unknown, longest: number): void {
  expect(typeof value).toBe('string');
  expect((value as string).trim()).not.toBe('');
  expect((value as string).length).toBeLessThanOrEqual(longest);
}
