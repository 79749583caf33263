import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelRegistry } from '../models/model-registry.ts';
import type { Modality, RegisteredModel } from '../models/registered-model.ts';
import { wantsStream } from './wants-stream.ts';

function registry(textStream: boolean): ModelRegistry {
  const model = (name: string, modality: Modality) =>
    ({ name, modality, aliases: [] }) as unknown as RegisteredModel;
  const models = [model('text', 'text'), model('image', 'image')];
  return new ModelRegistry(models, { textMaxTokens: 1000, textStream, fallbacks: {} }, new Date());
}

describe('wantsStream', () => {
  it.each([
    [{ model: 'text', stream: true }, 'application/json', false, true],
    [{ model: 'image', stream: true }, undefined, false, true],
    [{ model: 'text', stream: false }, undefined, true, false],
    [{ model: 'text', stream: false }, 'text/event-stream', true, false],
    [{ model: 'text' }, undefined, true, true],
    [{ model: 'text' }, undefined, false, false],
    [{ model: 'text' }, '*/*', true, true],
    [{ model: 'text' }, 'text/event-stream', true, true],
    [{ model: 'text' }, 'application/json', true, false],
    [{ model: 'text' }, 'Application/JSON; charset=utf-8, */*', true, false],
    [{ model: 'text' }, 'application/jsonl', true, true],
    [{ model: 'text', stream: null }, undefined, true, true],
    [{ model: 'text', stream: 'false' }, undefined, true, true],
    [{ model: 'vendor/text' }, undefined, true, true],
    [{ model: 'image' }, undefined, true, false],
    [{ model: 'unknown' }, undefined, true, false],
    [{ model: 5 }, undefined, true, false],
    [{}, undefined, true, false],
    [null, undefined, true, false],
    [undefined, undefined, true, false],
    ['text', undefined, true, false],
  ])('%j with accept %s and text_stream %s: %s', (body, accept, textStream, stream) => {
    expect(wantsStream(body, accept, registry(textStream))).toBe(stream);
  });

  it('takes anything', () => {
    const models = registry(true);
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ stream: fc.jsonValue(), model: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(body, fc.string(), (value, accept) => {
        expect(typeof wantsStream(value, accept, models)).toBe('boolean');
      }),
    );
  });
});
