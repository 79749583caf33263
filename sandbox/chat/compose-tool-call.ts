import type { Bot } from '../bots/bot.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { SeededRandom } from '../random.ts';
import type { ToolCall } from './answer.ts';
import { type ChatRequest, messagesOf, toolsOf } from './chat-request.ts';
import { exampleOfSchema } from './example-of-schema.ts';
import { countTokens, splitIntoPieces } from './tokens.ts';

/** A call of the named tool, or the first, unless it is the turn of a text. */
export function composeToolCall(
  request: ChatRequest,
  bot: Bot,
  random: SeededRandom,
  callNumber: number,
): ToolCall | undefined {
  const tools = toolsOf(request);
  const isAnswered = messagesOf(request).at(-1)?.role === 'tool';
  if (tools.length === 0 || request.tool_choice === 'none' || isAnswered) return undefined;
  const definition = chosenFunction(tools, request.tool_choice);
  const name = typeof definition.name === 'string' ? definition.name : 'tool';
  const schema = definition.parameters ?? { type: 'object', properties: {} };
  return {
    id: toolCallId(bot, name, random, callNumber),
    name,
    nameTokens: countTokens(name),
    arguments: splitIntoPieces(JSON.stringify(exampleOfSchema(schema, 'San Francisco'))),
    thoughtSignature: bot.signsToolCalls ? thoughtSignature(random, callNumber) : undefined,
  };
}

function chosenFunction(tools: readonly JsonObject[], choice: unknown): JsonObject {
  const wanted = isJsonObject(choice) ? functionOf(choice).name : undefined;
  const chosen = tools.find((tool) => functionOf(tool).name === wanted) ?? tools[0];
  return functionOf(chosen ?? {});
}

function functionOf(tool: JsonObject): JsonObject {
  return isJsonObject(tool.function) ? tool.function : {};
}

/** As many forms as there are providers; all recorded. Clients must take them as opaque. */
function toolCallId(bot: Bot, name: string, random: SeededRandom, callNumber: number): string {
  const purpose = ['tool call', callNumber];
  if (bot.id.startsWith('kimi')) return `${name}:0`;
  switch (bot.family) {
    case 'anthropic':
      return `toolu_bdrk_01${random.base62(22, ...purpose)}`;
    case 'google':
      return `tool_${name}_${random.base62(20, ...purpose)}`;
    case 'xai':
      return `call_${random.integer(10_000_000, 99_999_999, ...purpose)}`;
    case 'openai':
    case 'hosted':
      return `call_${random.base62(24, ...purpose)}`;
  }
}

function thoughtSignature(random: SeededRandom, callNumber: number): string {
  return Buffer.from(random.hex(64, 'thought signature', callNumber)).toString('base64');
}
