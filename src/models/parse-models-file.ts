import { isRecord } from '../config/is-record.ts';
import { readYaml, type Path, type Report } from '../config/read-yaml.ts';
import { checkFallbacks } from './check-fallbacks.ts';
import { ModelRegistry } from './model-registry.ts';
import { parseDefaults } from './parse-defaults.ts';
import { parseModelEntry } from './parse-model-entry.ts';
import { MODALITIES, type RegisteredModel, type RegistryDefaults } from './registered-model.ts';

/** @returns the registry, or every problem of the text, each with its line. */
export function parseModelsFile(text: string): ModelRegistry | string[] {
  const file = readYaml(text, ['defaults', 'models']);
  if (Array.isArray(file)) return file;
  const { content, report, problems } = file;
  const defaults = parseDefaults(content.defaults, report);
  const models = parseModels(content.models, defaults, report);
  reportFallbacks(models, defaults, content.models, report);
  return problems.length > 0 ? [...problems] : new ModelRegistry(models, defaults, new Date());
}

function parseModels(value: unknown, defaults: RegistryDefaults, report: Report) {
  const models: RegisteredModel[] = [];
  if (!isRecord(value)) {
    report(['models'], 'models must be a map of the lists text, image, video and audio');
    return models;
  }
  const names = new Set<string>();
  for (const key of Object.keys(value)) {
    const modality = MODALITIES.find((known) => known === key);
    const entries = value[key] ?? [];
    if (modality === undefined) {
      report(['models', key], `unknown modality "${key}": one of ${MODALITIES.join(', ')}`);
    } else if (!Array.isArray(entries)) {
      report(['models', key], `models.${key} must be a list of entries`);
    } else {
      entries.forEach((entry: unknown, index) => {
        const model = parseModelEntry(entry, ['models', key, index], modality, defaults, report);
        if (model && areNew(model, names, ['models', key, index], report)) models.push(model);
      });
    }
  }
  if (models.length === 0) report(['models'], 'no model is named: add at least one entry');
  return models;
}

/** Only now are all names known. */
function reportFallbacks(
  models: readonly RegisteredModel[],
  { fallbacks }: RegistryDefaults,
  lists: unknown,
  report: Report,
): void {
  const byName = new Map(
    models.flatMap((model) => [model.name, ...model.aliases].map((name) => [name, model] as const)),
  );
  for (const model of models) {
    const problem = checkFallbacks(model.fallbacks ?? [], model, byName);
    if (!problem) continue;
    const entries = (lists as Record<string, { poe_name?: unknown }[]>)[model.modality] ?? [];
    const index = entries.findIndex((entry) => entry.poe_name === model.name);
    report(['models', model.modality, index, 'fallbacks'], `${model.name}: fallbacks: ${problem}`);
  }
  for (const modality of MODALITIES) {
    const problem = checkFallbacks(fallbacks[modality] ?? [], { modality }, byName);
    if (problem) report(['defaults', 'fallbacks', modality], `fallbacks: ${problem}`);
  }
}

function areNew(model: RegisteredModel, names: Set<string>, path: Path, report: Report): boolean {
  const twice = [model.name, ...model.aliases].filter((name) => names.has(name));
  if (twice.length > 0) report(path, `"${twice.join('", "')}" is already a name or alias above`);
  for (const name of [model.name, ...model.aliases]) names.add(name);
  return twice.length === 0;
}
