import { expect } from 'vitest';
import { FINISH_REASONS, type ChatChunk } from '../../../src/chat/chat-chunk.ts';

const TEXTS = ['content', 'reasoning_content', 'refusal'];

/** A chunk is what its type says, whatever it was made of. */
export function expectChunk(chunk: ChatChunk): void {
  const { delta, finishReason, usage } = chunk;
  expect(isRecord(delta), 'delta is an object').toBe(true);
  for (const name of TEXTS) expectTextOrNothing(delta[name], name);
  expect([undefined, 'assistant']).toContain(delta.role);
  if (delta.tool_calls !== undefined) expectCalls(delta.tool_calls);
  if (finishReason !== null) expect(FINISH_REASONS).toContain(finishReason);
  if (usage) {
    expectCount(usage.prompt_tokens);
    expectCount(usage.completion_tokens);
    expectCount(usage.total_tokens);
    const reasoning = usage.completion_tokens_details?.reasoning_tokens;
    if (reasoning !== undefined) expectCount(reasoning);
  }
}

function expectCalls(calls: unknown): void {
  expect(Array.isArray(calls) && calls.length > 0, 'tool_calls are a list').toBe(true);
  for (const call of calls as unknown[]) {
    expect(isRecord(call), 'a call is an object').toBe(true);
    const { index, id, function: called } = call as Record<string, unknown>;
    expectCount(index);
    expectTextOrNothing(id, 'id');
    if (called === undefined) continue;
    expect(isRecord(called), 'a function is an object').toBe(true);
    expectTextOrNothing((called as Record<string, unknown>).name, 'name');
    expectTextOrNothing((called as Record<string, unknown>).arguments, 'arguments');
  }
}

function expectTextOrNothing(value: unknown, name: string): void {
  expect(['undefined', 'string'], name).toContain(typeof value);
}

function expectCount(value: unknown): void {
  expect(Number.isSafeInteger(value) && (value as number) >= 0, `${String(value)} is a count`).toBe(
    true,
  );
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
