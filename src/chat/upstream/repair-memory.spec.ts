import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { RepairMemory, type RepairCause } from './repair-memory.ts';
import type { Body } from './request-fields.ts';

const HOUR_MS = 60 * 60_000;
const modelNamed = (name: string) =>
  ({ name, parameters: [] as readonly string[] }) as unknown as RegisteredModel;
const model = modelNamed('GPT');

type FieldCause = Exclude<RepairCause, string>;

const tooLarge: FieldCause = {
  field: 'max_tokens',
  value: 100_000,
  allowed: 4096,
  touches: 'above',
};
const unknown: FieldCause = { field: 'top_k', value: 5, allowed: undefined, touches: 'all' };
const temperature = (value: unknown): FieldCause => ({
  field: 'temperature',
  value,
  allowed: undefined,
  touches: 'equal',
});

function remembering(...causes: RepairCause[]): RepairMemory {
  const memory = new RepairMemory();
  for (const cause of causes) memory.remember(model, cause);
  return memory;
}

function apply(memory: RepairMemory, body: Body): Body {
  return memory.apply(model, body).body;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('RepairMemory', () => {
  it('knows nothing at first, and leaves a body as it is', () => {
    const body = { model: 'GPT', max_tokens: 5 };
    expect(new RepairMemory().apply(model, body)).toEqual({ body, notes: [] });
  });

  it('says what it did', () => {
    const body = { model: 'GPT', max_tokens: 5000, top_k: 1, seed: 1 };
    expect(remembering('lower-case', tooLarge, unknown).apply(model, body)).toEqual({
      body: { model: 'gpt', max_tokens: 4096, seed: 1 },
      notes: ['model name in lower case', 'max_tokens set to 4096', '1 unknown field dropped'],
    });
  });

  it('never changes the body itself', () => {
    const body = { model: 'GPT', max_tokens: 5000 };
    apply(remembering('lower-case', tooLarge), body);
    expect(body).toEqual({ model: 'GPT', max_tokens: 5000 });
  });

  it('keeps models apart', () => {
    const body = { model: 'Other', top_k: 5 };
    const other = modelNamed('Other');
    expect(remembering(unknown, 'lower-case').apply(other, body).body).toBe(body);
  });

  it.each([
    [4097, 4096],
    [100_000, 4096],
    [200_000, 4096],
    [4096, 4096],
    [10, 10],
    ['5000', '5000'],
    [null, null],
  ])('with a known limit, max_tokens %j becomes %j', (sent, got) => {
    expect(apply(remembering(tooLarge), { max_tokens: sent })).toEqual({ max_tokens: got });
  });

  it('does and says nothing about a value that is allowed', () => {
    const body = { max_tokens: 4096 };
    expect(remembering(tooLarge).apply(model, body)).toEqual({ body, notes: [] });
  });

  it.each([
    [100_000, {}],
    [100_001, {}],
    [99_999, { max_tokens: 99_999 }],
    ['many', { max_tokens: 'many' }],
  ])('without a known limit, max_tokens %j leaves %j', (sent, left) => {
    const cause: RepairCause = { ...tooLarge, allowed: undefined };
    expect(apply(remembering(cause), { max_tokens: sent })).toEqual(left);
  });

  it('touches only an equal value where only that was refused', () => {
    const memory = remembering(temperature(1.5));
    expect(apply(memory, { temperature: 1.5 })).toEqual({});
    expect(apply(memory, { temperature: 1.6 })).toEqual({ temperature: 1.6 });
    const list = remembering({ ...temperature({ a: [1] }), field: 'stop', allowed: 'x' });
    expect(apply(list, { stop: { a: [1] } })).toEqual({ stop: 'x' });
    expect(apply(list, { stop: { a: [2] } })).toEqual({ stop: { a: [2] } });
  });

  it('touches all values of a field that is refused altogether, but adds none', () => {
    expect(apply(remembering(unknown), { top_k: 'any' })).toEqual({});
    expect(apply(remembering(unknown), { top_k: null })).toEqual({});
    expect(remembering(unknown).apply(model, { seed: 1 })).toEqual({
      body: { seed: 1 },
      notes: [],
    });
  });

  it('remembers several refused values of one field', () => {
    const memory = remembering(temperature(1.5), temperature(1.6));
    expect(apply(memory, { temperature: 1.5 })).toEqual({});
    expect(apply(memory, { temperature: 1.6 })).toEqual({});
  });

  it('believes the latest limit of a field', () => {
    const memory = remembering(tooLarge, { ...tooLarge, value: 4000, allowed: 2048 });
    const { body, notes } = memory.apply(model, { max_tokens: 100_000 });
    expect(body).toEqual({ max_tokens: 2048 });
    expect(notes).toHaveLength(1);
  });

  it('forgets after an hour', () => {
    const memory = remembering(unknown);
    vi.advanceTimersByTime(HOUR_MS - 1);
    expect(apply(memory, { top_k: 1 })).toEqual({});
    vi.advanceTimersByTime(1);
    expect(apply(memory, { top_k: 1 })).toEqual({ top_k: 1 });
  });

  it('counts the hour from the last time', () => {
    const memory = remembering(unknown);
    vi.advanceTimersByTime(HOUR_MS - 1);
    memory.remember(model, { ...unknown, value: 6 });
    vi.advanceTimersByTime(HOUR_MS - 1);
    expect(apply(memory, { top_k: 1 })).toEqual({});
  });

  it('keeps the last 16 causes of a model', () => {
    const memory = remembering(...Array.from({ length: 17 }, (_, i) => temperature(i)));
    expect(apply(memory, { temperature: 0 })).toEqual({ temperature: 0 });
    expect(apply(memory, { temperature: 1 })).toEqual({});
    expect(apply(memory, { temperature: 16 })).toEqual({});
  });

  it.each(['constructor', 'toString', '__proto__', 'valueOf'])(
    'does not find a dropped member %s in bodies that have none',
    (field) => {
      const memory = remembering({ ...unknown, field }, { ...unknown, field, touches: 'equal' });
      const body = { model: 'GPT', seed: 1 };
      expect(memory.apply(model, body)).toEqual({ body, notes: [] });
      const own = JSON.parse(`{"${field}":5,"seed":1}`) as Body;
      expect(memory.apply(model, own)).toEqual({
        body: { seed: 1 },
        notes: ['1 unknown field dropped'],
      });
    },
  );

  it.each([
    ['a long text', 'x'.repeat(1000)],
    ['a list with one', ['a', 'x'.repeat(1000)]],
    ['a long list', Array(1000).fill('a')],
    ['a large object', { ...Array(1000).fill(1) }],
  ])('does not remember %s', (_what, value) => {
    const memory = remembering({ ...temperature(value), field: 'stop' });
    expect(apply(memory, { stop: value })).toEqual({ stop: value });
  });

  it('keeps nothing of a value that does not matter, nor a long name', () => {
    const write = vi.spyOn(JSON, 'stringify');
    const value = ['x'.repeat(1000)];
    expect(apply(remembering({ ...unknown, value }), { top_k: value })).toEqual({});
    expect(write).not.toHaveBeenCalled();
    const field = 'x'.repeat(1000);
    expect(apply(remembering({ ...unknown, field }), { [field]: 1 })).toEqual({ [field]: 1 });
  });

  it('writes no large value to compare it with a short one', () => {
    const memory = remembering(temperature('low'), temperature(['a']));
    const write = vi.spyOn(JSON, 'stringify');
    const body = { temperature: Array<string>(100_000).fill('low') };
    expect(apply(memory, body)).toBe(body);
    expect(write).not.toHaveBeenCalled();
  });
});
