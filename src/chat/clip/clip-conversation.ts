import { catalogue } from '../../errors/catalogue.ts';
import type { ChatMessage } from '../request/chat-request.ts';
import { clipMessages } from './clip-messages.ts';
import { shortenMessage } from './shorten-message.ts';

/** What clipping needs of a token counter; TokenCounter is one. */
export interface Counter {
  upperBound(messages: readonly unknown[], others: readonly unknown[]): number;
  countMessages(messages: readonly unknown[]): number[] | Promise<number[]>;
  countTexts(texts: readonly string[]): number[] | Promise<number[]>;
  countOthers(others: readonly unknown[]): number | Promise<number>;
}

export interface Clipped {
  readonly messages: readonly ChatMessage[];
  /** How many messages went. */
  readonly dropped: number;
}

/** Start of the reply. */
const PRIMING_TOKENS = 3;

/**
 * The conversation with at most `cap` tokens, `others` included: whole old turns go first, and if
 * what has to stay is still too long, texts are shortened in the middle, the last message's first.
 * @param others what is billed besides the messages, such as tools
 * @param isOver asked before each count: whether nobody waits for the result any more
 * @throws ApiError 400 `context_length_exceeded` when even that is not enough
 */
export async function clipConversation(
  messages: readonly ChatMessage[],
  others: readonly unknown[],
  cap: number,
  tokens: Counter,
  isOver: () => boolean = () => false,
): Promise<Clipped> {
  // A token is at least a byte, and bytes are cheap to count.
  if (tokens.upperBound(messages, others) <= cap) return { messages, dropped: 0 };
  const counter = untilOver(tokens, isOver);
  const room = cap - PRIMING_TOKENS - (await counter.countOthers(others));
  const counts = await counter.countMessages(messages);
  if (sum(counts) <= room) return { messages, dropped: 0 };
  const kept = clipMessages(messages, counts, room);
  const stay = kept.map((index) => messages[index]).filter((message) => message !== undefined);
  const stayCounts = kept.map((index) => counts[index] ?? 0);
  const fitted = await shortenToFit(stay, stayCounts, room, counter);
  return { messages: fitted, dropped: messages.length - kept.length };
}

async function shortenToFit(
  messages: readonly ChatMessage[],
  counts: readonly number[],
  room: number,
  counter: Counter,
): Promise<ChatMessage[]> {
  const result = [...messages];
  let excess = sum(counts) - room;
  for (const index of longestAfterLast(counts)) {
    if (excess <= 0) break;
    const message = result[index];
    const before = counts[index] ?? 0;
    if (!message) continue;
    const shorter = await shortenMessage(message, before - excess, counter);
    const [after = before] = await counter.countMessages([shorter]);
    if (after >= before) continue;
    result[index] = shorter;
    excess -= before - after;
  }
  if (excess <= 0) return result;
  throw catalogue.contextTooLong(
    `What cannot be left out of this conversation (system messages, tools, images, the last message) is ${excess} tokens over this model's cap of this gateway. Shorten it, or use a model with a larger cap.`,
  );
}

/** The last message first, then the others by size. */
function longestAfterLast(counts: readonly number[]): number[] {
  const last = counts.length - 1;
  const others = counts.map((_, index) => index).slice(0, -1);
  return [last, ...others.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))];
}

/** A counter that fails as soon as there is nobody to count for. */
function untilOver(counter: Counter, isOver: () => boolean): Counter {
  const check = () => {
    if (isOver()) throw new Error('the client has left');
  };
  return {
    upperBound: (messages, others) => counter.upperBound(messages, others),
    countMessages: (messages) => (check(), counter.countMessages(messages)),
    countTexts: (texts) => (check(), counter.countTexts(texts)),
    countOthers: (others) => (check(), counter.countOthers(others)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
