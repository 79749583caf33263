import type { ChatMessage } from '../request/chat-request.ts';

/** Messages that stay or go together; indexes into the conversation, in order. */
export interface Group {
  readonly indexes: readonly number[];
  /** Which turn it belongs to: a user message opens one. */
  readonly turn: number;
  /** System and developer messages are never clipped. */
  readonly pinned: boolean;
  readonly opensTurn: boolean;
}

/**
 * Cuts a conversation into the smallest parts that may go without leaving a tool result without
 * its call, or a call without its result: a call and everything up to its last result is one part.
 */
export function groupMessages(messages: readonly ChatMessage[]): Group[] {
  const groups: Group[] = [];
  const lastResult = lastResults(messages);
  let turn = 0;
  let index = 0;
  while (index < messages.length) {
    const end = endOfGroup(index, lastResult);
    const indexes = range(index, end).filter((i) => i === index || !isPinned(messages[i]));
    const pinnedInside = range(index, end).filter((i) => i !== index && isPinned(messages[i]));
    const opensTurn = messages[index]?.role === 'user';
    if (opensTurn) turn += 1;
    groups.push({ indexes, turn, pinned: isPinned(messages[index]), opensTurn });
    for (const i of pinnedInside) {
      groups.push({ indexes: [i], turn, pinned: true, opensTurn: false });
    }
    index = end + 1;
  }
  return groups;
}

/** For each message that calls tools, the index of the last result that answers it. */
function lastResults(messages: readonly ChatMessage[]): Map<number, number> {
  const callers = new Map<string, number>();
  const last = new Map<number, number>();
  messages.forEach((message, index) => {
    // Ids repeat across turns with some models: the latest caller is meant.
    for (const call of message.tool_calls ?? []) {
      if (typeof call.id === 'string') callers.set(call.id, index);
    }
    const caller = message.role === 'tool' ? callers.get(message.tool_call_id ?? '') : undefined;
    if (caller !== undefined) last.set(caller, index);
  });
  return last;
}

/** Calls may be answered late, and other calls made in between: the span grows until it closes. */
function endOfGroup(start: number, lastResult: ReadonlyMap<number, number>): number {
  let end = start;
  for (let index = start; index <= end; index++) {
    end = Math.max(end, lastResult.get(index) ?? index);
  }
  return end;
}

function isPinned(message: ChatMessage | undefined): boolean {
  return message?.role === 'system' || message?.role === 'developer';
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
}
