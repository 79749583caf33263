import { nearestName } from './nearest-name.ts';
import type { Modality, RegisteredModel, RegistryDefaults } from './registered-model.ts';

/** One version of models.yaml, immutable. A request keeps the one that it began with. */
export class ModelRegistry {
  readonly #byName = new Map<string, RegisteredModel>();

  /** `models` have no name or alias in common. */
  constructor(
    readonly models: readonly RegisteredModel[],
    readonly defaults: RegistryDefaults,
    readonly loadedAt: Date,
  ) {
    for (const model of models) {
      for (const name of [model.name, ...model.aliases]) this.#byName.set(name, model);
    }
  }

  /** By name or alias; a vendor prefix (`anthropic/…`, as catalogues write it) does not count. */
  find(name: string): RegisteredModel | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.slice(name.indexOf('/') + 1));
  }

  /** The name that a mistyped one was most likely meant to be, of a model that will do. */
  nearest(
    name: string,
    willDo: (model: RegisteredModel) => boolean = () => true,
  ): string | undefined {
    const names = [...this.#byName].filter(([, model]) => willDo(model)).map(([known]) => known);
    return nearestName(name.slice(name.indexOf('/') + 1), names);
  }

  /** Those that may stand in for `model`, in the order in which to ask them. */
  fallbacksOf(model: RegisteredModel): RegisteredModel[] {
    const names = model.fallbacks ?? this.defaults.fallbacks[model.modality] ?? [];
    return names.flatMap((name) => this.find(name) ?? []).filter((other) => other !== model);
  }

  ofModality(modality: Modality): RegisteredModel[] {
    return this.models.filter((model) => model.modality === modality);
  }
}
