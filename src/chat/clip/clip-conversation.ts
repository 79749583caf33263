import { catalogue } from '../../errors/catalogue.ts';
import type { ChatMessage, ContentPart } from '../request/chat-request.ts';
import { clipMessages } from './clip-messages.ts';
import { GAP, shortenText } from './shorten-text.ts';

/** What clipping needs of a token counter; TokenCounter is one. */
export interface Counter {
  upperBound(messages: readonly unknown[], tools?: unknown): number;
  countMessages(messages: readonly unknown[]): number[] | Promise<number[]>;
  countTools(tools: unknown): number | Promise<number>;
}

export interface Clipped {
  readonly messages: readonly ChatMessage[];
  /** How many messages went. */
  readonly dropped: number;
}

/** Start of the reply. */
const PRIMING_TOKENS = 3;
/** What is left of a text must still be worth reading; in tokens. */
const LEAST_TEXT_TOKENS = 32;

/**
 * The conversation with at most `cap` tokens, `tools` included: whole old turns go first, and if
 * what has to stay is still too long, texts are shortened in the middle, the last message's first.
 * @throws ApiError 400 `context_length_exceeded` when even that is not enough
 */
export async function clipConversation(
  messages: readonly ChatMessage[],
  tools: unknown,
  cap: number,
  counter: Counter,
): Promise<Clipped> {
  // A token is at least a byte, and bytes are cheap to count.
  if (counter.upperBound(messages, tools) <= cap) return { messages, dropped: 0 };
  const room = cap - PRIMING_TOKENS - (tools ? await counter.countTools(tools) : 0);
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
    const shorter = await shortenMessage(message, before, before - excess, counter);
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

/**
 * Cuts the message's texts, the longest first, until the message has at most `most` tokens, or
 * little is left.
 */
async function shortenMessage(
  message: ChatMessage,
  count: number,
  most: number,
  counter: Counter,
): Promise<ChatMessage> {
  const target = Math.max(most, LEAST_TEXT_TOKENS);
  let shorter = message;
  let size = count;
  for (const text of longTexts(message)) {
    if (size <= target) break;
    const whole = shorter;
    const cutTo = (length: number) => withText(whole, text, shortenText(text, length));
    const length = await longestFit(text.length, size, target, async (tried) => {
      const [counted = 0] = await counter.countMessages([cutTo(tried)]);
      return counted;
    });
    shorter = cutTo(length);
    [size = 0] = await counter.countMessages([shorter]);
  }
  return shorter;
}

/**
 * About the greatest length whose `sizeAt` is at most `target`; 0 if none is known. Text is mostly
 * of one density, so the share that should do is tried first; a text with a sparse middle would
 * take a hundred such steps, so then come halves.
 */
async function longestFit(
  length: number,
  size: number,
  target: number,
  sizeAt: (length: number) => Promise<number>,
): Promise<number> {
  let tooLong = length;
  let share = size;
  for (let turn = 0; turn < MOST_SHARES && tooLong > 0; turn++) {
    const tried = Math.max(0, Math.floor((tooLong * target) / share) - MARGIN);
    share = await sizeAt(tried);
    if (share <= target) return tried;
    tooLong = tried;
  }
  let fits = 0;
  while (tooLong - fits > length / 100) {
    const tried = Math.floor((fits + tooLong) / 2);
    if ((await sizeAt(tried)) <= target) fits = tried;
    else tooLong = tried;
  }
  return fits;
}

const MOST_SHARES = 4;
/** Characters that are taken out on top, for the words that stand in the gap. */
const MARGIN = 24;

/** The different texts of a message, longest first, without those that a gap would make longer. */
function longTexts({ content }: ChatMessage): string[] {
  const texts =
    typeof content === 'string'
      ? [content]
      : (content ?? []).filter(isText).map((part) => part.text);
  return [...new Set(texts)]
    .filter((text) => text.length > GAP.length)
    .sort((a, b) => b.length - a.length);
}

function withText(message: ChatMessage, text: string, shorter: string): ChatMessage {
  if (typeof message.content === 'string') return { ...message, content: shorter };
  const content = (message.content ?? []).map((part) =>
    isText(part) && part.text === text ? { ...part, text: shorter } : part,
  );
  return { ...message, content };
}

function isText(part: ContentPart): part is ContentPart & { text: string } {
  return part.type === 'text' && typeof part.text === 'string';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
