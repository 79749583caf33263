import type { BotBehaviour, BotFamily, CatalogueLine } from './bot.ts';
import { ratesOf } from './rates-of.ts';

const FAMILIES: Readonly<Record<string, BotFamily>> = {
  Anthropic: 'anthropic',
  OpenAI: 'openai',
  Google: 'google',
  XAI: 'xai',
};

/**
 * What a bot does that neither its owner nor the catalogue tells, by id; from recordings of
 * spring 2026, where the catalogue's claims about tools and endpoints turned out wrong.
 */
const OBSERVED: Readonly<Record<string, Partial<BotBehaviour>>> = {
  'claude-opus-4.6': { providerModel: 'claude-opus-4-6' },
  'claude-opus-4.5': { providerModel: 'claude-opus-4-5@20251101' },
  'claude-sonnet-4.6': { providerModel: 'claude-sonnet-4-6' },
  'claude-sonnet-4.5': { providerModel: 'claude-sonnet-4-5@20250929' },
  'claude-haiku-4.5': { providerModel: 'claude-haiku-4-5@20251001' },
  'gpt-5.4-mini': { leastMaxTokens: 16 },
  'gpt-5.4-pro': { thinking: 'hidden' },
  'gpt-5.3-codex': { thinking: 'hidden' },
  'gpt-5.3-codex-spark': { servesChat: false },
  'gpt-5.1-instant': { leastMaxTokens: 16, providerModel: 'gpt-5.1-chat-latest' },
  'gpt-5-mini': { thinking: 'hidden', providerModel: 'gpt-5-mini-2025-08-07' },
  'gpt-4.1': { providerModel: 'gpt-4.1-2025-04-14' },
  'gpt-4.1-mini': { providerModel: 'gpt-4.1-mini-2025-04-14' },
  'gpt-4.1-nano': { providerModel: 'gpt-4.1-nano-2025-04-14' },
  'gpt-4o': { providerModel: 'gpt-4o-2024-11-20' },
  'gpt-4o-mini': { providerModel: 'gpt-4o-mini-2024-07-18' },
  o3: { thinking: 'hidden', refusesTemperature: true, providerModel: 'o3-2025-04-16' },
  'o4-mini': { thinking: 'hidden', refusesTemperature: true, providerModel: 'o4-mini-2025-04-16' },
  'o3-deep-research': { thinking: 'hidden', refusesTemperature: true },
  'gpt-4o-search': { tools: 'refused-by-provider' },
  'gpt-4-turbo': { legacyUsage: 'details' },
  'gpt-3.5-turbo': { legacyUsage: 'details' },
  'gpt-3.5-turbo-raw': { legacyUsage: 'details' },
  'gpt-3.5-turbo-instruct': { legacyUsage: 'null-details' },
  'gemini-3.1-pro': { thinking: 'always' },
  'gemini-3-flash': { thinking: 'for-text' },
  'gemini-2.0-flash': { thinking: 'never', signsToolCalls: false },
  'gemini-2.0-flash-lite': { thinking: 'never', signsToolCalls: false },
  'gemini-2.5-flash-lite': { signsToolCalls: false },
  'grok-4': { thinking: 'hidden', hiddenPromptTokens: 830 },
  'grok-4.1-fast-reasoning': { thinking: 'hidden', hiddenPromptTokens: 156 },
  'grok-4-fast-reasoning': { thinking: 'hidden', hiddenPromptTokens: 156 },
  'grok-code-fast-1': { thinking: 'for-text', hiddenPromptTokens: 200 },
  'grok-3-mini': { thinking: 'for-text' },
  'kimi-k2-thinking': { thinking: 'for-text' },
  'minimax-m2.1': { thinking: 'for-text' },
  'nova-lite-2': { thinking: 'for-text' },
  'gpt-oss-120b-cs': { thinking: 'for-text' },
  'deepseek-r1': { thinking: 'for-text' },
  'deepseek-v4-pro-el': { tools: 'provider-error' },
  assistant: { efforts: ['medium'], providerModel: 'gpt-5.2-chat-latest' },
  // Answered all recorded prompts with text.
  'nano-banana': { kind: 'text', dialect: 'legacy', thinking: 'never', legacyUsage: 'details' },
  'minimax-m2.7-hs': { listed: false },
};

export function behaviourOf(id: string, line: CatalogueLine): BotBehaviour {
  const family = FAMILIES[line.owner] ?? 'hosted';
  const kind = kindOf(line);
  return {
    family,
    kind,
    // Bots on servers of their own are believed to come through Poe's own writer still.
    dialect: family === 'hosted' || kind !== 'text' ? 'legacy' : 'strict',
    providerModel: id,
    rates: ratesOf(id, line),
    thinking: family === 'anthropic' || family === 'google' ? 'on-effort' : 'never',
    signsToolCalls: family === 'google',
    tools: line.features.includes('tools') ? 'supported' : 'refused-by-poe',
    legacyUsage: 'local',
    hiddenPromptTokens: 0,
    leastMaxTokens: 0,
    refusesTemperature: false,
    servesChat: true,
    listed: true,
    ...OBSERVED[id],
  };
}

/** A bot that says it can do text does text: the gpt-5.4 family also lists pictures, wrongly. */
function kindOf(line: CatalogueLine): BotBehaviour['kind'] {
  if (line.output.includes('text')) return 'text';
  if (line.output.includes('image')) return 'image';
  return line.output.includes('video') ? 'video' : 'audio';
}
