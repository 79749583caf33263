import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

import { exampleOfSchema } from './example-of-schema.ts';

const ajv = new Ajv2020({ strict: false });

describe('exampleOfSchema', () => {
  it.each<[string, object]>([
    ['a string', { type: 'string', minLength: 20, maxLength: 30 }],
    ['a short string', { type: 'string', maxLength: 3 }],
    ['an enum', { enum: ['celsius', 'fahrenheit'] }],
    ['a constant', { const: 7 }],
    ['a number', { type: 'number', minimum: 5 }],
    ['a small number', { type: 'integer', maximum: -2 }],
    ['an array', { type: 'array', minItems: 2, items: { type: 'boolean' } }],
    ['a nullable', { type: ['string', 'null'] }],
    ['a union', { anyOf: [{ type: 'integer' }, { type: 'string' }] }],
    [
      'an object',
      {
        type: 'object',
        properties: { name: { type: 'string' }, size: { type: 'integer', minimum: 3 } },
        required: ['name', 'size'],
        additionalProperties: false,
      },
    ],
    [
      'a definition',
      {
        type: 'object',
        properties: { home: { $ref: '#/$defs/address' } },
        required: ['home'],
        $defs: { address: { type: 'object', properties: { zip: { type: 'string' } } } },
      },
    ],
    [
      'an intersection',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] },
        ],
      },
    ],
  ])('fits %s', (_what, schema) => {
    const example = exampleOfSchema(schema, 'sandbox');
    expect(ajv.validate(schema, example), JSON.stringify(example)).toBe(true);
  });

  it('ends where a schema refers to itself', () => {
    const schema = { type: 'object', properties: { child: { $ref: '#' } } };
    expect(JSON.stringify(exampleOfSchema(schema, ''))).toContain('null');
  });

  it.each([undefined, null, 5, 'string'])('survives %o', (schema) => {
    expect(exampleOfSchema(schema, '')).toBeNull();
  });
});
