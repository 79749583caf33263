import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonFormat } from './exchange.ts';

describe('isJsonFormat', () => {
  it.each([
    [{ response_format: { type: 'json_object' } }, true],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, true],
    [{ response_format: { type: 'text' } }, false],
    [{ response_format: {} }, false],
    [{ response_format: null }, false],
    [{ response_format: 'json_object' }, false],
    [{ type: 'json_object' }, false],
    [{}, false],
    [null, false],
    [undefined, false],
    ['json_object', false],
    [[], false],
  ])('%j: %s', (body, isJson) => {
    expect(isJsonFormat(body)).toBe(isJson);
  });

  it('takes anything', () => {
    const format = fc.oneof(fc.jsonValue(), fc.record({ type: fc.jsonValue() }));
    const body = fc.oneof(fc.jsonValue(), fc.record({ response_format: format }));
    fc.assert(
      fc.property(body, (value) => {
        expect(typeof isJsonFormat(value)).toBe('boolean');
      }),
    );
  });
});
