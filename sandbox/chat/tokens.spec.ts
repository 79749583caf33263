import { describe, expect, it } from 'vitest';

import { countMessageText, countPromptTokens, splitIntoPieces } from './tokens.ts';

function prompt(content: unknown, extra = {}) {
  return { messages: [{ role: 'user', content }], ...extra };
}

describe('splitIntoPieces', () => {
  it.each(['', 'Hello', ' Hello  you \n', 'extraordinarily', '{"a": "b c"}', '語🙂\n\n한', '  '])(
    'loses nothing of "%s"',
    (text) => {
      const pieces = splitIntoPieces(text);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      expect(pieces.every((piece) => piece.text !== '' && piece.tokens === 1)).toBe(true);
    },
  );
});

describe('countPromptTokens', () => {
  it('counts everything that a provider sees', () => {
    const plain = countPromptTokens(prompt('Hello'));
    const tool = { type: 'function', function: { name: 'f' } };
    const image = { type: 'image_url', image_url: { url: 'data:,' } };
    const file = { type: 'file', file: { file_data: 'x'.repeat(8000) } };
    expect(countPromptTokens(prompt('Hello there, my friend'))).toBeGreaterThan(plain);
    expect(countPromptTokens(prompt('Hello', { tools: [tool] }))).toBeGreaterThan(plain);
    expect(countPromptTokens(prompt([image]))).toBeGreaterThan(250);
    expect(countPromptTokens(prompt([file]))).toBeGreaterThan(2000);
    expect(countPromptTokens({})).toBeLessThan(plain);
  });
});

describe('countMessageText', () => {
  it('counts message text only, as the legacy handler', () => {
    const request = prompt('Say hello in exactly 3 words', { tools: [{ type: 'function' }] });
    expect(countMessageText(request)).toBe(7);
  });
});
