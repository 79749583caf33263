import { isRecord } from '../config/is-record.ts';

/** What a message costs: the tokens of its texts, and a fixed number besides. */
export interface CountableMessage {
  readonly texts: readonly string[];
  readonly fixedTokens: number;
}

/**
 * OpenAI's published count ("How to count tokens with tiktoken" in its cookbook): 3 for the frame of
 * a message and 1 for its role, 1 more with a name; 3 once for the start of the reply.
 */
const MESSAGE_TOKENS = 3 + 1;
const NAME_TOKENS = 1;
export const REPLY_PRIMING_TOKENS = 3;

/**
 * An image's size is not known here. OpenAI's vision guide: 85 tokens in low detail, else 765 for
 * 1024 × 1024 and 1,105 for a full-HD screenshot or 2048 × 4096; the dearer, as estimates reserve.
 */
const IMAGE_TOKENS = 1105;
const LOW_DETAIL_IMAGE_TOKENS = 85;

/** A PDF page: 1,600 to 2,500 tokens with Claude, as its text and its image are both read. */
const PAGE_TOKENS = 2300;
/** A page takes some 50 KB, which is 67,000 characters of base64. */
const BASE64_PER_PAGE_TOKEN = 30;
/**
 * Sound is 10 tokens a second (OpenAI) and 64 kbit/s speech 10,700 characters of base64 a second;
 * video comes near the same, 260 tokens (Gemini) and 1 to 2 Mbit/s.
 */
const BASE64_PER_MEDIA_TOKEN = 1000;

/**
 * Takes apart a message of any form, validated or not; what it does not know costs nothing. Never
 * throws for anything that came from JSON.
 */
export function readMessage(message: unknown): CountableMessage {
  const found: Found = { texts: [], fixedTokens: MESSAGE_TOKENS };
  if (!isRecord(message)) return found;
  if (typeof message.name === 'string') found.fixedTokens += NAME_TOKENS;
  addTexts(found, message.name, message.content, message.refusal, message.reasoning_content);
  for (const part of recordsOf(message.content)) addPart(found, part);
  addCall(found, message.function_call);
  for (const call of recordsOf(message.tool_calls)) {
    addCall(found, call.function);
    addCall(found, call.custom);
  }
  return found;
}

interface Found {
  readonly texts: string[];
  fixedTokens: number;
}

function addTexts(found: Found, ...values: readonly unknown[]): void {
  for (const value of values) if (typeof value === 'string') found.texts.push(value);
}

/** What was called: a function has arguments, a custom tool an input. */
function addCall(found: Found, called: unknown): void {
  if (isRecord(called)) addTexts(found, called.name, called.arguments, called.input);
}

function addPart(found: Found, part: Record<string, unknown>): void {
  const { text, refusal, image_url: image, input_audio: audio, file } = part;
  addTexts(found, text, refusal);
  if (isRecord(image)) {
    found.fixedTokens += image.detail === 'low' ? LOW_DETAIL_IMAGE_TOKENS : IMAGE_TOKENS;
  }
  if (isRecord(audio)) found.fixedTokens += mediaTokens(audio.data);
  if (isRecord(file)) found.fixedTokens += fileTokens(file.file_data);
}

/** Poe takes sound and video as files too: their `data:` URL tells. */
function fileTokens(data: unknown): number {
  if (typeof data !== 'string') return PAGE_TOKENS;
  if (/^data:(?:audio|video)\//i.test(data)) return mediaTokens(data);
  return Math.max(PAGE_TOKENS, Math.ceil(data.length / BASE64_PER_PAGE_TOKEN));
}

function mediaTokens(data: unknown): number {
  return typeof data === 'string' ? Math.ceil(data.length / BASE64_PER_MEDIA_TOKEN) : 0;
}

function recordsOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
