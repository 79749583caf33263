import { randomUUID } from 'node:crypto';
import type { ApiError } from '../../errors/api-error.ts';
import type { ChatChunk, TokenUsage } from '../chat-chunk.ts';

export const DONE = 'data: [DONE]\n\n';
export const PING = ': ping\n\n';

/** The members that all chunks of one reply have in common. */
export interface ReplyHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The name that the client used, or that of the fallback that answers. */
  readonly model: string;
}

/** `named` may learn later who answers. */
export function createHead(named: { readonly modelName: string }): ReplyHead {
  return {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    get model() {
      return named.modelName;
    },
  };
}

/** Writes the frames of one streamed reply: `data:` lines only, since openai-python knows no more. */
export class FrameWriter {
  readonly #reply: ReplyHead;
  readonly #includeUsage: boolean;
  #head: string;
  #isFirst = true;

  /** `reply.model` is read again when the answer begins: heartbeats may go out before. */
  constructor(reply: ReplyHead, includeUsage: boolean) {
    this.#reply = reply;
    this.#includeUsage = includeUsage;
    this.#head = this.#writeHead();
  }

  chunk(chunk: ChatChunk): string {
    const { finishReason, contentJson, usage } = chunk;
    if (contentJson !== undefined && !this.#isFirst) {
      return `${this.#head}{"index":0,"delta":{"content":${contentJson}},"finish_reason":null}]}\n\n`;
    }
    if (this.#isFirst) this.#head = this.#writeHead();
    const choice = {
      index: 0,
      // Some clients take the role from wherever it comes first, and need it.
      delta: this.#isFirst ? { role: 'assistant', ...chunk.delta } : chunk.delta,
      ...(chunk.logprobs !== undefined && { logprobs: chunk.logprobs }),
      finish_reason: finishReason,
    };
    this.#isFirst = false;
    const facts = chunk.poeProxy ? `,"poe_proxy":${JSON.stringify(chunk.poeProxy)}` : '';
    const frame = `${this.#head}${JSON.stringify(choice)}]${facts}}\n\n`;
    return usage && finishReason !== null && this.#includeUsage
      ? frame + this.#usage(usage)
      : frame;
  }

  /** A sign of life for clients that count chunks. */
  emptyChunk(): string {
    return `${this.#head}{"index":0,"delta":{},"finish_reason":null}]}\n\n`;
  }

  /** Frames are sent whole or not at all: no half-written one has to be closed first. */
  error(error: ApiError): string {
    return `data: ${JSON.stringify(error.toEnvelope())}\n\n`;
  }

  #writeHead(): string {
    const { id, created, model } = this.#reply;
    const members = { id, object: 'chat.completion.chunk', created, model };
    return `data: ${JSON.stringify(members).slice(0, -1)},"choices":[`;
  }

  #usage(usage: TokenUsage): string {
    return `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }
}
