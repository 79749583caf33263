interface Chunk {
  id: string;
  model: string;
  choices?: {
    delta: { content?: string; reasoning_content?: string; tool_calls?: unknown[] };
    finish_reason: string | null;
  }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  poe_proxy?: PoeProxy;
  error?: { message: string; type: string; code: string; param: string | null };
}

export interface PoeProxy {
  points: number;
  points_source: string;
  balance: number | null;
  budget?: object;
  clipped_messages: number;
  attempts: number;
  model: string;
  repairs: string[];
}

/** What a client makes of the text of an event stream. */
export interface ReadStream {
  readonly chunks: Chunk[];
  /** All `content` deltas, footer included. */
  readonly content: string;
  /** `content` without the footer. */
  readonly answer: string;
  readonly finishReason: string | undefined;
  readonly error: Chunk['error'];
  readonly isDone: boolean;
  readonly comments: number;
  readonly poeProxy: PoeProxy | undefined;
}

export function readStream(text: string): ReadStream {
  const lines = text.split('\n').filter((line) => line !== '');
  const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
  const chunks = data.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line) as Chunk);
  const content = chunks.map((chunk) => chunk.choices?.[0]?.delta.content ?? '').join('');
  return {
    chunks,
    content,
    answer: content.split('\n\n---\nTokens:', 1)[0] ?? '',
    finishReason:
      chunks.map((chunk) => chunk.choices?.[0]?.finish_reason).find(Boolean) ?? undefined,
    error: chunks.find((chunk) => chunk.error)?.error,
    isDone: data.at(-1) === '[DONE]',
    comments: lines.filter((line) => line.startsWith(':')).length,
    poeProxy: chunks.find((chunk) => chunk.poe_proxy)?.poe_proxy,
  };
}
