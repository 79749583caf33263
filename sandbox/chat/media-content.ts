import type { Bot } from '../bots/bot.ts';
import type { SeededRandom } from '../random.ts';
import { countTokens, type Piece } from './tokens.ts';

const FILES = 'https://pfst.cf2.poecdn.net/base';

/** DALL-E's pictures are behind links that expire. */
const DALLE_LINK_MS = 2 * 3600_000;

export interface MediaRequest {
  readonly bot: Bot;
  readonly prompt: string;
  readonly random: SeededRandom;
  readonly callNumber: number;
  /** Milliseconds on Poe's clock. */
  readonly now: number;
}

/** The recorded forms: markdown and bare link for a picture, a bare link for sound and film. */
export function mediaContent(request: MediaRequest): Piece[] {
  const { bot, random, callNumber } = request;
  const hash = random.hex(64, 'media file', callNumber);
  if (bot.kind === 'video') return [{ text: `${FILES}/video/${hash}`, tokens: 0 }];
  if (bot.kind === 'audio') return [{ text: `${FILES}/audio/${hash}`, tokens: 0 }];
  const url = bot.id === 'dall-e-3' ? azureUrl(request) : `${FILES}/image/${hash}?w=1024&h=1024`;
  const text = `![${pictureName(request.prompt)}.png](${url})\n\n${url}`;
  return [{ text, tokens: countTokens(text) }];
}

/**
 * What a stream shows of a media bot's progress: these bots replace their text as they go, and a
 * chunk cannot say so, so stale text stays in front of the answer.
 */
export function mediaPlaceholders(bot: Bot): Piece[] {
  return [1, 2, 3].map((seconds) => ({
    text: `Generating ${bot.kind} (${seconds}s elapsed)…`,
    tokens: 0,
  }));
}

function azureUrl({ random, callNumber, now }: MediaRequest): string {
  const end = encodeURIComponent(new Date(now + DALLE_LINK_MS).toISOString());
  const name = random.hex(32, 'azure blob', callNumber);
  return `https://dalleproduse.blob.core.windows.net/private/images/${name}/generated_00.png?se=${end}&sig=sandbox`;
}

function pictureName(prompt: string): string {
  return prompt.replace(/[[\]()\n]/g, ' ').slice(0, 100);
}
