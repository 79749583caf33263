import { describe, expect, it } from 'vitest';
import type { PoeConfig } from '../../config/config.ts';
import type { ModelTimeouts, RegisteredModel } from '../../models/registered-model.ts';
import { callLimits } from './call-limits.ts';

const config = {
  connectTimeoutMs: 1,
  headersTimeoutMs: 2,
  firstTokenTimeoutMs: 3,
  idleTimeoutMs: 4,
} as PoeConfig;
const model = (modality: string, timeouts: ModelTimeouts = {}) =>
  ({ modality, timeouts }) as RegisteredModel;

describe('callLimits', () => {
  it('are those of the environment', () => {
    expect(callLimits(model('text'), config, true, 1000)).toEqual({
      connectMs: 1,
      headersMs: 2,
      answerMs: 2,
      firstTokenMs: 3,
      idleMs: 4,
    });
  });

  it('do not limit the first token where nobody stands in, nor that of pictures', () => {
    const unlimited = { firstTokenMs: 0, answerMs: 0 };
    expect(callLimits(model('text'), config, false, 1000)).toMatchObject(unlimited);
    expect(callLimits(model('image'), config, true, 1000)).toMatchObject(unlimited);
  });

  it("are the model's own where it has some", () => {
    const own = { connectMs: 10, headersMs: 20, firstTokenMs: 30, idleMs: 40 };
    expect(callLimits(model('image', own), config, false, 1000)).toEqual({ ...own, answerMs: 0 });
    expect(callLimits(model('text', own), config, true, 1000).answerMs).toBe(20);
  });

  it('leave some of the time of the request to those who stand in', () => {
    expect(
      callLimits(model('text'), { ...config, headersTimeoutMs: 5000 }, true, 700),
    ).toMatchObject({ answerMs: 700, headersMs: 5000 });
    expect(callLimits(model('text'), { ...config, headersTimeoutMs: 0 }, true, 700).answerMs).toBe(
      700,
    );
    expect(callLimits(model('text'), config, true, -5).answerMs).toBe(1);
  });
});
