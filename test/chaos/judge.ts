import { readStream } from '../support/stream.ts';
import type { Plan } from './plan.ts';

/** What a client got, to whatever end. */
export interface Got {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The connection ended as HTTP says that a body ends. */
  readonly isComplete: boolean;
}

export type Verdict = 'complete' | 'error' | { readonly problem: string };

/** An answer has to be whole and right, or say that it is not: there is nothing in between. */
export function judge(plan: Plan, got: Got): Verdict {
  if (got.status !== 200) return judgeError(got.text);
  if (got.contentType.startsWith('text/event-stream')) return judgeStream(plan, got);
  if (!got.isComplete) return { problem: 'a JSON answer that was cut off' };
  const { choices, error } = JSON.parse(got.text) as {
    choices?: { message: { content: string | null; tool_calls?: unknown[] } }[];
    error?: unknown;
  };
  if (error !== undefined) return { problem: 'an error with status 200' };
  const message = choices?.[0]?.message;
  return judgeContent(plan, message?.content ?? '', (message?.tool_calls?.length ?? 0) > 0);
}

function judgeStream(plan: Plan, got: Got): Verdict {
  const stream = readStream(got.text);
  if (stream.error) {
    if (stream.isDone) return { problem: 'an error event and [DONE]' };
    return got.isComplete ? { problem: 'an error event and a clean end' } : 'error';
  }
  if (!stream.isDone) return { problem: 'a stream that ended with neither [DONE] nor an error' };
  if (!got.isComplete) return { problem: '[DONE] and a broken connection' };
  if (stream.finishReason === undefined) return { problem: '[DONE] without a finish reason' };
  const hasCalls = stream.chunks.some((chunk) => chunk.choices?.[0]?.delta.tool_calls);
  return judgeContent(plan, stream.content, hasCalls);
}

function judgeContent({ answer, model }: Plan, content: string, hasCalls: boolean): Verdict {
  if (hasCalls || model === 'Imagen-4') return 'complete';
  const [text = ''] = content.split('\n\n---\nTokens:', 1);
  // A frame that was no JSON is left out, and with it a few words.
  return text === answer ? 'complete' : { problem: `another answer: ${text.slice(0, 80)}…` };
}

function judgeError(text: string): Verdict {
  const { error } = JSON.parse(text) as { error?: { message?: unknown; code?: unknown } };
  const isEnvelope = typeof error?.message === 'string' && typeof error.code === 'string';
  return isEnvelope ? 'error' : { problem: `an error that is none: ${text.slice(0, 80)}` };
}
