import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { Caller } from '../keys/caller.ts';
import { mayUse } from '../keys/may-use.ts';
import type { ModelRegistry } from '../models/model-registry.ts';

/** 404, with the nearest name that the caller could use instead. */
export function modelNotFound(name: string, registry: ModelRegistry, caller: Caller): ApiError {
  return catalogue.modelNotFound(
    name,
    registry.nearest(name, (model) => mayUse(caller, model.name)),
  );
}
