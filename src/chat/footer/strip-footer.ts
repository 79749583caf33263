import type { ChatMessage, ContentPart } from '../request/chat-request.ts';

const BLOCK =
  /---\r?\nTokens: [\d,]+ total \([\d,]+ in \/ [\d,]+ out\) \| Points: -?[\d,]+(?: est\.)?(?: \| (?:Balance: (?:-?[\d,]+|n\/a)|Budget: [\d,]+ left (?:today|this (?:week|month))))?(?:\r?\nWarning: [^\r\n]*)?(?:\r?\nLimit: [^\r\n]*)?$/
    .source;
/** Our block at the end of a text, exactly as footer-text.ts puts it there … */
const AS_WRITTEN = new RegExp(`\\n\\n${BLOCK}`, 'g');
/** … or as clients leave it that trim blanks or change line ends. */
const AS_KEPT = new RegExp(`(?:^|(?:\\r\\n|(?<!\\r)\\n){1,2})${BLOCK}`, 'g');
const MARK = '---';
/** The longest block there is; a search from the start would cost as much as the text is long. */
const LONGEST = 1000;

/** An answer that was continued has one for each time; a text made of thousands is left alone. */
const MOST_FOOTERS = 16;

/** `text` without the footers that end it, if any do. */
export function stripFooter(text: string): string {
  let left = text;
  for (let nth = 0; nth < MOST_FOOTERS; nth++) {
    const shorter = stripLast(left);
    if (shorter === undefined) break;
    left = shorter;
  }
  return left;
}

function stripLast(text: string): string | undefined {
  const trimmed = text.trimEnd();
  const from = Math.max(0, trimmed.length - LONGEST);
  if (!trimmed.includes(MARK, from)) return undefined;
  const match = search(AS_WRITTEN, trimmed, from) ?? search(AS_KEPT, trimmed, from);
  return match ? text.slice(0, match.index) : undefined;
}

function search(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/**
 * The conversation without our footers, which clients send back as part of what the assistant
 * said: the model would pay for them, and imitate them. A message of which nothing is left goes
 * altogether, since providers refuse empty ones, unless none would be left. Untouched messages stay
 * the same objects.
 */
export function stripFooters(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const stripped = messages.flatMap((message) => {
    if (message.role !== 'assistant' || !message.content) return message;
    const content = stripContent(message.content);
    if (content === message.content) return message;
    return content.length === 0 && !message.tool_calls?.length ? [] : { ...message, content };
  });
  return stripped.length > 0 ? stripped : messages;
}

function stripContent(content: string | readonly ContentPart[]): string | readonly ContentPart[] {
  return typeof content === 'string' ? stripFooter(content) : stripParts(content);
}

/** Some clients keep the footer as a part of its own, which then goes as a whole. */
function stripParts(parts: readonly ContentPart[]): readonly ContentPart[] {
  for (let end = parts.length; end > 0; end--) {
    const last = parts[end - 1];
    const before = last?.type === 'text' && typeof last.text === 'string' ? last.text : '';
    const text = stripFooter(before);
    if (last && text === before) return end === parts.length ? parts : parts.slice(0, end);
    if (text !== '') return [...parts.slice(0, end - 1), { ...last, type: 'text', text }];
  }
  return [];
}
