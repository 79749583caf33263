import type { ModelRegistry } from '../models/model-registry.ts';

/**
 * Whether the client gets a stream. The body decides if it says so; else a client that asks for
 * JSON gets JSON, as both official SDKs do; else text models follow `defaults.text_stream` and
 * other modalities answer JSON. Total over any body: the exception filter asks before validation.
 */
export function wantsStream(
  body: unknown,
  accept: string | undefined,
  registry: ModelRegistry,
): boolean {
  const { stream, model } = (body ?? {}) as { stream?: unknown; model?: unknown };
  if (typeof stream === 'boolean') return stream;
  if (accept !== undefined && /\bapplication\/json\b/i.test(accept)) return false;
  const known = typeof model === 'string' ? registry.find(model) : undefined;
  return known?.modality === 'text' && registry.defaults.textStream;
}
