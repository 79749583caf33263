import type { RegisteredModel } from './registered-model.ts';

/**
 * Why the list of fallbacks of a model, or of a modality, cannot be used; undefined if it can.
 * `models` are all of the file, by name and alias.
 */
export function checkFallbacks(
  names: readonly string[],
  of: Pick<RegisteredModel, 'modality'> & { readonly name?: string },
  models: ReadonlyMap<string, RegisteredModel>,
): string | undefined {
  for (const name of names) {
    const model = models.get(name);
    if (!model) return `"${name}" is no model of this file`;
    if (model.name === of.name) return `"${name}" cannot stand in for itself`;
    if (model.modality !== of.modality) {
      return `"${name}" is of the modality ${model.modality}, not ${of.modality}`;
    }
  }
  return undefined;
}
