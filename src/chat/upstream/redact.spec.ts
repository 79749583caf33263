import { expect, it } from 'vitest';
import { redact } from './redact.ts';

it.each([
  ['Authorization: Bearer abc-123 is bad', 'Authorization: Bearer … is bad'],
  ['{"Authorization": "bearer  abc123"}', '{"Authorization": "bearer …"}'],
  ['Incorrect API key provided: sk-proj-abc12***wxyz.', 'Incorrect API key provided: ….'],
  ['failed (req_vrtx_011-abc), see req-00ff', 'failed (…), see …'],
  ['Try again (request id: 20260401-abc)', 'Try again (request id: …)'],
  ['{"request_id":"a1b2"}', '{"request_id":"…"}'],
  ['{\\"request_id\\":\\"a1b2\\"}', '{\\"request_id\\":\\"…\\"}'],
  ['Request-ID = a1b2, Request ID a1b2', 'Request-ID = …, Request ID …'],
])('makes %j into %j', (text, clean) => {
  expect(redact(text)).toBe(clean);
});

it.each([
  'Send a Bearer token',
  'the request id is missing',
  'request_idle_timeout must be at most 5',
  'req_timeout is unknown',
  'task-42 and risk-15 are no keys',
  'bearer',
  'sk-',
])('leaves %j as it is', (text) => {
  expect(redact(text)).toBe(text);
});
