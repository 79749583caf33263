import { isJsonObject, type JsonObject } from '../json.ts';
import { type ChatRequest, messagesOf, textOf, toolsOf } from './chat-request.ts';

/** A stretch of output that is sent, counted and billed as a whole. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_PROMPT = 3;
const TOKENS_PER_IMAGE = 258;

/** Deterministic and cheap; right only about the order of magnitude. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Everything that a provider would see: messages, their parts and calls, and the tools. */
export function countPromptTokens(request: ChatRequest): number {
  const messages = messagesOf(request).map((message) => messageTokens(message));
  const tools = toolsOf(request).map((tool) => countTokens(JSON.stringify(tool)));
  return [...messages, ...tools].reduce((sum, tokens) => sum + tokens, TOKENS_PER_PROMPT);
}

/** What the legacy handler reports instead: message text only, no tools, no pictures. */
export function countMessageText(request: ChatRequest): number {
  return messagesOf(request).reduce((sum, message) => sum + countTokens(textOf(message)), 0);
}

/** One token each: a word of at most eight characters with the space before it, or a part of one. */
export function splitIntoPieces(text: string): Piece[] {
  const pieces = text.match(/\s*[^\s]{1,8}|\s+$/gu) ?? [];
  return pieces.map((piece) => ({ text: piece, tokens: 1 }));
}

export function sumTokens(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.tokens, 0);
}

function messageTokens(message: JsonObject): number {
  const calls = message.tool_calls === undefined ? 0 : jsonTokens(message.tool_calls);
  const name = typeof message.name === 'string' ? countTokens(message.name) : 0;
  return TOKENS_PER_MESSAGE + countTokens(textOf(message)) + mediaTokens(message) + calls + name;
}

function mediaTokens(message: JsonObject): number {
  if (!Array.isArray(message.content)) return 0;
  return message.content
    .filter(isJsonObject)
    .filter((part) => part.type !== 'text')
    .reduce((sum, part) => sum + (part.type === 'file' ? fileTokens(part) : TOKENS_PER_IMAGE), 0);
}

/** By size, as a document's pages would. */
function fileTokens(part: JsonObject): number {
  return Math.max(TOKENS_PER_IMAGE, jsonTokens(part));
}

function jsonTokens(value: unknown): number {
  return countTokens(JSON.stringify(value));
}
