import type { JsonObject } from '../json.ts';
import type { Bot } from './bot.ts';

/** An entry of `GET /v1/models`, with the catalogue's own idea of the bot. */
export function catalogueEntry(bot: Bot): JsonObject {
  const modality = `${bot.input.join(',')}->${bot.output.join(',')}`;
  return {
    id: bot.id,
    object: 'model',
    created: bot.created,
    description: `${bot.name}, as simulated by the sandbox.`,
    owned_by: bot.owner,
    root: bot.id,
    architecture: { input_modalities: bot.input, output_modalities: bot.output, modality },
    supported_features: bot.features,
    supported_endpoints: bot.endpoints,
    pricing: bot.pricing,
    context_window: bot.context,
    context_length: bot.context?.context_length ?? null,
    metadata: {
      display_name: bot.name,
      image: { url: pictureOf(bot), alt: bot.name, width: 200, height: 200 },
      url: `https://poe.com/${bot.id}`,
    },
    reasoning: bot.reasoning,
    parameters: bot.parameters,
  };
}

function pictureOf(bot: Bot): string {
  return `https://qph.cf2.poecdn.net/main-thumb-pb-sandbox-200-${bot.id}.jpeg`;
}
