import type { ChatChunk } from '../chat-chunk.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** Notes what a chunk tells about the cost of its call. */
export function recordChunk(call: UpstreamCall, chunk: ChatChunk): void {
  call.contentLength += lengthOf(chunk);
  const { usage } = chunk;
  if (!usage) return;
  call.usage = {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
  const cached = usage.prompt_tokens_details?.cached_tokens;
  if (cached !== undefined) call.cachedTokens = cached;
}

function lengthOf(chunk: ChatChunk): number {
  // Without the quotes.
  if (chunk.contentJson !== undefined) return chunk.contentJson.length - 2;
  const { delta } = chunk;
  const calls = delta.tool_calls ?? [];
  return calls.reduce(
    (sum, call) => sum + (call.function?.arguments?.length ?? 0),
    (delta.content?.length ?? 0) + (delta.reasoning_content?.length ?? 0),
  );
}
