import { ChatChunk } from '../chat-chunk.ts';
import { parseObject } from './parse-object.ts';
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
 * A JSON answer as the chunks that a stream of the same answer would have had.
 * @throws UpstreamError when the body is an error, or no complete answer
 */
export function completionToChunks(body: string): ChatChunk[] {
  const completion: WireCompletion | undefined = parseObject(body);
  if (completion?.error) throw readFrameFailure(completion);
  const choice = completion?.choices?.[0];
  if (typeof choice?.message !== 'object' || choice.message === null) {
    throw new UpstreamError({
      kind: 'cut',
      status: 502,
      message: 'Poe answered with something that is no complete chat completion.',
    });
  }
  const delta = readDelta(choice.message);
  const reason = readFinishReason(choice.finish_reason) ?? 'stop';
  const finishReason = reason === 'stop' && delta.tool_calls?.length ? 'tool_calls' : reason;
  return [
    ChatChunk.of({ role: 'assistant', ...delta }, { logprobs: choice.logprobs ?? undefined }),
    ChatChunk.of({}, { finishReason, usage: readUsage(completion?.usage) }),
  ];
}
