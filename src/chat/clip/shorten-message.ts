import type { ChatMessage, ContentPart } from '../request/chat-request.ts';
import { GAP, shortenText } from './shorten-text.ts';

/** What shortening needs of a token counter. */
interface Counter {
  countMessages(messages: readonly unknown[]): number[] | Promise<number[]>;
  countTexts(texts: readonly string[]): number[] | Promise<number[]>;
}

/** What is left of a text must still be worth reading; in tokens. */
const LEAST_TEXT_TOKENS = 32;
const MOST_SHARES = 4;
/** Characters that are taken out on top, for the words that stand in the gap. */
const MARGIN = 24;

/**
 * Cuts the message's texts, the longest first, until the message has at most `most` tokens, or
 * little is left. A message is the sum of its texts and a rest, so each text is counted by itself:
 * to count all of them for each cut would take minutes for a message of a thousand parts.
 */
export async function shortenMessage(
  message: ChatMessage,
  most: number,
  counter: Counter,
): Promise<ChatMessage> {
  const target = Math.max(most, LEAST_TEXT_TOKENS);
  const texts = longTexts(message);
  const [gap = 0, ...counts] = await counter.countTexts([GAP, ...texts.map(({ text }) => text)]);
  const bare = withTexts(message, new Map(texts.map(({ text }) => [text, ''])));
  const [rest = 0] = await counter.countMessages([bare]);
  let size = texts.reduce((sum, { times }, nth) => sum + times * (counts[nth] ?? 0), rest);

  const shorter = new Map<string, string>();
  for (const [nth, { text, times }] of texts.entries()) {
    if (size <= target) break;
    const count = counts[nth] ?? 0;
    const share = Math.floor((target - (size - times * count)) / times);
    const length = share <= gap ? 0 : await longestFit(text, count, share, counter);
    const cut = shortenText(text, length);
    const [left = count] = await counter.countTexts([cut]);
    shorter.set(text, cut);
    size -= times * (count - left);
  }
  return shorter.size === 0 ? message : withTexts(message, shorter);
}

/**
 * About the greatest length at which the text has at most `target` tokens; 0 if none is known. Text
 * is mostly of one density, so the share that should do is tried first; a text with a sparse middle
 * would take a hundred such steps, so then come halves.
 */
async function longestFit(
  text: string,
  count: number,
  target: number,
  counter: Counter,
): Promise<number> {
  const fitsAt = async (length: number) => {
    const [size = 0] = await counter.countTexts([shortenText(text, length)]);
    return size;
  };
  let tooLong = text.length;
  let share = count;
  for (let turn = 0; turn < MOST_SHARES && tooLong > 0; turn++) {
    const tried = Math.max(0, Math.floor((tooLong * target) / share) - MARGIN);
    share = await fitsAt(tried);
    if (share <= target) return tried;
    tooLong = tried;
  }
  let fits = 0;
  while (tooLong - fits > text.length / 100) {
    const tried = Math.floor((fits + tooLong) / 2);
    if ((await fitsAt(tried)) <= target) fits = tried;
    else tooLong = tried;
  }
  return fits;
}

/** The different texts of a message, longest first, without those that a gap would make longer. */
function longTexts({ content }: ChatMessage): { text: string; times: number }[] {
  const texts =
    typeof content === 'string'
      ? [content]
      : (content ?? []).filter(isText).map((part) => part.text);
  const times = new Map<string, number>();
  for (const text of texts) {
    if (text.length > GAP.length) times.set(text, (times.get(text) ?? 0) + 1);
  }
  return Array.from(times, ([text, count]) => ({ text, times: count })).sort(
    (a, b) => b.text.length - a.text.length,
  );
}

/** With each text that is named in `changes` replaced, in one go over all parts. */
function withTexts(message: ChatMessage, changes: ReadonlyMap<string, string>): ChatMessage {
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: changes.get(content) ?? content };
  const parts = (content ?? []).map((part) =>
    isText(part) ? { ...part, text: changes.get(part.text) ?? part.text } : part,
  );
  return { ...message, content: parts };
}

function isText(part: ContentPart): part is ContentPart & { text: string } {
  return part.type === 'text' && typeof part.text === 'string';
}
