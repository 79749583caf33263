import type { ChatChunk, Delta, FinishReason, TokenUsage, ToolCallDelta } from '../chat-chunk.ts';
import type { ReplyHead } from './frame-writer.ts';
import type { PoeProxyFacts } from './poe-proxy-facts.ts';

/** Members whose pieces are put one after the other. */
const TEXTS = ['content', 'reasoning_content', 'refusal'];

type Members = Record<string, unknown>;

/** Puts the chunks of an answer together to the one object that a JSON reply is. */
export class CompletionCollector {
  readonly #texts = new Map<string, string>();
  readonly #others: Members = {};
  readonly #calls = new Map<number, ToolCallDelta>();
  #finishReason: FinishReason = 'stop';
  #usage: TokenUsage | undefined;
  #logprobs: unknown = null;
  #poeProxy: PoeProxyFacts | undefined;

  add(chunk: ChatChunk): void {
    this.#addDelta(chunk.delta);
    this.#finishReason = chunk.finishReason ?? this.#finishReason;
    this.#usage = chunk.usage ?? this.#usage;
    this.#logprobs = chunk.logprobs ?? this.#logprobs;
    this.#poeProxy = chunk.poeProxy ?? this.#poeProxy;
  }

  toCompletion({ id, created, model }: ReplyHead): Members {
    const calls = [...this.#calls.values()].sort((a, b) => a.index - b.index);
    const message = {
      role: 'assistant',
      content: this.#texts.get('content') ?? null,
      refusal: this.#texts.get('refusal') ?? null,
      ...(this.#texts.has('reasoning_content') && {
        reasoning_content: this.#texts.get('reasoning_content'),
      }),
      ...(calls.length > 0 && { tool_calls: calls.map(({ index, ...call }) => call) }),
      ...this.#others,
    };
    return {
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [{ index: 0, message, logprobs: this.#logprobs, finish_reason: this.#finishReason }],
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#poeProxy && { poe_proxy: this.#poeProxy }),
    };
  }

  #addDelta({ role, tool_calls: calls, ...members }: Delta): void {
    for (const [name, value] of Object.entries(members)) {
      if (!TEXTS.includes(name)) this.#others[name] = value;
      else if (typeof value === 'string') {
        this.#texts.set(name, (this.#texts.get(name) ?? '') + value);
      }
    }
    for (const call of calls ?? []) this.#addCall(call);
  }

  #addCall(call: ToolCallDelta): void {
    const known = this.#calls.get(call.index);
    this.#calls.set(call.index, {
      ...known,
      ...call,
      type: 'function',
      function: {
        name: call.function?.name ?? known?.function?.name ?? '',
        arguments: (known?.function?.arguments ?? '') + (call.function?.arguments ?? ''),
      },
    });
  }
}
