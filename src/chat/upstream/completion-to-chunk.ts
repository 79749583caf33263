import { ChatChunk } from '../chat-chunk.ts';
import { parseAnswer } from './parse-answer.ts';
import { readDelta, readFinishReason, readUsage } from './read-delta.ts';
import { readFrameFailure } from './read-failure.ts';
import { UpstreamError } from './upstream-error.ts';

interface WireCompletion {
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly {
    readonly message?: unknown;
    readonly finish_reason?: unknown;
    readonly logprobs?: unknown;
  }[];
}

/**
 * A JSON answer as one chunk, which says all that the chunks of a stream would have said.
 * @throws UpstreamError when the body is an error, or no complete answer
 */
export function completionToChunk(body: string): ChatChunk {
  const completion: WireCompletion | undefined = parseAnswer(body);
  if (completion?.error) throw readFrameFailure(completion);
  const choice = completion?.choices?.[0];
  if (typeof choice?.message !== 'object' || choice.message === null) {
    throw UpstreamError.cut('Poe answered with something that is no complete chat completion.');
  }
  const delta = readDelta(choice.message);
  const reason = readFinishReason(choice.finish_reason) ?? 'stop';
  const finishReason = reason === 'stop' && delta.tool_calls?.length ? 'tool_calls' : reason;
  return ChatChunk.of(
    { role: 'assistant', ...delta },
    { finishReason, usage: readUsage(completion?.usage), logprobs: choice.logprobs ?? undefined },
  );
}
