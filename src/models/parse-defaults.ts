import { isRecord } from '../config/is-record.ts';
import type { Report } from '../config/read-yaml.ts';
import { MODALITIES, type RegistryDefaults } from './registered-model.ts';

const DEFAULTS: RegistryDefaults = { textMaxTokens: 200_000, textStream: true, fallbacks: {} };

/** The member `defaults` of models.yaml; whether the names of fallbacks exist is not checked yet. */
export function parseDefaults(value: unknown, report: Report): RegistryDefaults {
  if (value === undefined || value === null) return DEFAULTS;
  if (!isRecord(value)) {
    report(['defaults'], 'defaults must be a map, such as { text_max_tokens: 200000 }');
    return DEFAULTS;
  }
  const { text_max_tokens: cap, text_stream: stream, fallbacks, ...others } = value;
  for (const key of Object.keys(others)) {
    report(
      ['defaults', key],
      `unknown member "${key}": only text_max_tokens, text_stream, fallbacks`,
    );
  }
  if (cap !== undefined && !(Number.isInteger(cap) && (cap as number) >= 100)) {
    report(['defaults', 'text_max_tokens'], 'text_max_tokens must be a whole number from 100 up');
  }
  if (stream !== undefined && typeof stream !== 'boolean') {
    report(['defaults', 'text_stream'], 'text_stream must be true or false');
  }
  return {
    textMaxTokens: typeof cap === 'number' ? cap : DEFAULTS.textMaxTokens,
    textStream: typeof stream === 'boolean' ? stream : DEFAULTS.textStream,
    fallbacks: parseFallbacks(fallbacks, report),
  };
}

function parseFallbacks(value: unknown, report: Report): RegistryDefaults['fallbacks'] {
  if (value === undefined || value === null) return {};
  const path = ['defaults', 'fallbacks'];
  if (!isRecord(value)) {
    report(path, 'fallbacks must be a map of lists, such as { text: [GPT-4.1] }');
    return {};
  }
  const fallbacks: Record<string, readonly string[]> = {};
  for (const [modality, names] of Object.entries(value)) {
    if (!MODALITIES.some((known) => known === modality)) {
      report(
        [...path, modality],
        `unknown modality "${modality}": one of ${MODALITIES.join(', ')}`,
      );
    } else if (Array.isArray(names) && names.every((name) => typeof name === 'string')) {
      fallbacks[modality] = names;
    } else report([...path, modality], `fallbacks.${modality} must be a list of names`);
  }
  return fallbacks;
}
