import { describe, expect, it } from 'vitest';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { UpstreamError, type FailureFacts } from '../upstream/upstream-error.ts';
import { mayFallBack } from './may-fall-back.ts';

const model = (contextCap: number | undefined, modality = 'text') =>
  ({ contextCap, modality }) as RegisteredModel;
const failure = (facts: Partial<FailureFacts>) =>
  new UpstreamError({ kind: 'status', status: 500, message: 'Failed.', ...facts });
const small = model(1000);

function may(facts: Partial<FailureFacts>, from = small, to = small, afterMs = 0): boolean {
  return mayFallBack(failure(facts), from, to, afterMs);
}

describe('mayFallBack', () => {
  it.each<Partial<FailureFacts>>([
    { status: 408 },
    { status: 429, message: 'Resource has been exhausted (e.g. check quota).' },
    { status: 500 },
    { status: 503 },
    { status: 529 },
    { status: 404, message: 'Model `x` not found.' },
    { kind: 'network', status: 502 },
    { kind: 'cut', status: 502 },
    { kind: 'timeout', status: 504 },
    { kind: 'open', status: 503 },
  ])('says yes to %j', (facts) => {
    expect(may(facts)).toBe(true);
  });

  it.each<Partial<FailureFacts>>([
    { status: 400 },
    { status: 401 },
    { status: 402 },
    { status: 403, type: 'moderation_error' },
    { status: 422 },
    { status: 400, code: 'content_policy_violation' },
    { kind: 'frame', status: 500, message: 'Flagged by the content filter.' },
  ])('says no to %j', (facts) => {
    expect(may(facts)).toBe(false);
  });

  it('takes a conversation that is too long to a model with more room only', () => {
    const overflow = { status: 400, code: 'context_length_exceeded' };
    expect(may(overflow, small, model(1001))).toBe(true);
    expect(may(overflow, small, model(undefined))).toBe(true);
    expect(may(overflow, small, model(1000))).toBe(false);
    expect(may(overflow, model(undefined), model(undefined))).toBe(false);
  });

  it('does not pay twice for a picture that may have been made', () => {
    const image = model(undefined, 'image');
    expect(may({ kind: 'cut', status: 502 }, image, image, 3000)).toBe(false);
    expect(may({ kind: 'cut', status: 502 }, image, image, 1000)).toBe(true);
    expect(may({ kind: 'cut', status: 502 }, small, small, 3000)).toBe(true);
  });
});
