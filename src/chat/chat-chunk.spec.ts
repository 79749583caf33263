import { describe, expect, it } from 'vitest';
import { ChatChunk, type Delta } from './chat-chunk.ts';

describe('ChatChunk', () => {
  it('has what it was made of, and nothing else', () => {
    const facts = { finishReason: 'stop', logprobs: { content: [] } } as const;
    const chunk = ChatChunk.of({ content: 'a' }, facts);
    expect(chunk).toMatchObject({ delta: { content: 'a' }, ...facts });
    expect(chunk.usage).toBeUndefined();
    expect(chunk.poeProxy).toBeUndefined();
    expect(chunk.contentJson).toBeUndefined();
    expect(ChatChunk.of({}).finishReason).toBeNull();
  });

  it('parses its content when somebody asks, once', () => {
    const chunk = ChatChunk.ofContentJson('"a\\n😀"');
    expect(chunk.contentJson).toBe('"a\\n😀"');
    expect(chunk.delta).toEqual({ content: 'a\n😀' });
    expect(chunk.delta).toBe(chunk.delta);
    expect(chunk.finishReason).toBeNull();
  });

  it.each<[Delta, boolean]>([
    [{ content: 'a' }, true],
    [{ reasoning_content: 'a' }, true],
    [{ refusal: 'a' }, true],
    [{ tool_calls: [{ index: 0 }] }, true],
    [{ role: 'assistant', content: '', reasoning_content: '', refusal: '', tool_calls: [] }, false],
    [{}, false],
    [{ annotations: [{}] }, false],
  ])('%j has content: %s', (delta, hasContent) => {
    expect(ChatChunk.of(delta).hasContent).toBe(hasContent);
  });

  it.each([
    ['"a"', true],
    ['" "', true],
    ['""', false],
  ])('%s unparsed has content: %s', (json, hasContent) => {
    expect(ChatChunk.ofContentJson(json).hasContent).toBe(hasContent);
  });
});
