import { ChatChunk, type ToolCallDelta } from '../chat-chunk.ts';
import { FrameTemplate } from './frame-template.ts';
import { parseObject } from './parse-object.ts';
import { readDelta, readFinishReason, readUsage } from './read-delta.ts';
import { readFrameFailure } from './read-failure.ts';

interface WireChunk {
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly {
    readonly delta?: unknown;
    readonly finish_reason?: unknown;
    readonly logprobs?: unknown;
  }[];
}

/** Turns the events of one upstream stream into chunks. */
export class ChunkReader {
  readonly #template = new FrameTemplate();
  readonly #callIds: string[] = [];
  #calledTools = false;

  /**
   * The chunk in `data`, or undefined when the frame is no JSON and has to be skipped.
   * @throws UpstreamError when the frame reports a failure
   */
  read(event: string, data: string): ChatChunk | undefined {
    const contentJson = this.#template.contentJsonOf(data);
    if (contentJson !== undefined) return ChatChunk.ofContentJson(contentJson);
    const source: WireChunk | undefined = parseObject(data);
    if (event === 'error') throw readFrameFailure(source ?? { error: data });
    if (!source) return undefined;
    if (source.error !== undefined && source.error !== null) throw readFrameFailure(source);
    return this.#toChunk(data, source);
  }

  #toChunk(data: string, source: WireChunk): ChatChunk {
    const usage = readUsage(source.usage);
    const choice = source.choices?.[0];
    if (!choice) return ChatChunk.of({}, { usage });
    const delta = readDelta(choice.delta);
    const logprobs = choice.logprobs ?? undefined;
    const finishReason = this.#finish(readFinishReason(choice.finish_reason));
    if (delta.tool_calls) {
      this.#calledTools = true;
      const calls = this.#withIndexes(choice.delta, delta.tool_calls);
      const finish = this.#finish(finishReason);
      return ChatChunk.of({ ...delta, tool_calls: calls }, { finishReason: finish, usage });
    }
    const members = Object.keys(delta);
    const plain = members.length === 1 && typeof delta.content === 'string';
    if (plain && finishReason === null && !usage && logprobs === undefined) {
      this.#template.learn(data, delta.content ?? '');
    }
    return ChatChunk.of(delta, { finishReason, usage, logprobs });
  }

  /** Some bots say `stop` after calling tools; agents then never run the tools. */
  #finish<Reason>(reason: Reason): Reason | 'tool_calls' {
    return reason === 'stop' && this.#calledTools ? 'tool_calls' : reason;
  }

  /**
   * Where `index` is missing, a new id (or, without one, a name) begins a new call and anything
   * else continues the last.
   */
  #withIndexes(source: unknown, calls: readonly ToolCallDelta[]): ToolCallDelta[] {
    const raw = (source as { tool_calls?: { index?: unknown }[] }).tool_calls;
    return calls.map((call, place) => {
      const id = call.id ?? '';
      if (typeof raw?.[place]?.index === 'number') {
        if (id !== '') this.#callIds[call.index] = id;
        return call;
      }
      const known = id === '' ? -1 : this.#callIds.indexOf(id);
      if (known !== -1) return { ...call, index: known };
      if (id !== '' || call.function?.name) this.#callIds.push(id);
      return { ...call, index: Math.max(0, this.#callIds.length - 1) };
    });
  }
}
