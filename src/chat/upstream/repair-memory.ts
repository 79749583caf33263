import { Injectable } from '@nestjs/common';
import type { RegisteredModel } from '../../models/registered-model.ts';
import type { Blame } from './blamed-field.ts';
import { noteOfChanged, notesOfDropped } from './repair-notes.ts';
import { withoutFields, type Body } from './request-fields.ts';
import { shortJson } from './short-json.ts';

/** Why a request was refused: the name's case, or a field with the value that was sent. */
export type RepairCause = 'lower-case' | (Blame & { readonly value: unknown });

const REMEMBER_MS = 60 * 60_000;
const MOST_CAUSES_PER_MODEL = 16;
/** What is remembered of a client's own is no longer than that. */
const LONGEST_NAME = 64;

/** A cause without what its client sent, but for a value that is short. */
type KnownCause = 'lower-case' | (Blame & { readonly value: string | undefined });

interface Memory {
  readonly key: string;
  readonly cause: KnownCause;
  readonly until: number;
}

/**
 * What lately had to be repaired, so that the next request need not be refused first. Kept per
 * model and cause, and applied only to values that were refused: one caller's absurd limit must
 * not strip another's.
 */
@Injectable()
export class RepairMemory {
  readonly #memories = new Map<string, Memory[]>();

  remember(model: RegisteredModel, cause: RepairCause): void {
    const known = knownCause(cause);
    if (known === undefined) return;
    const key = keyOf(known);
    const others = (this.#memories.get(model.name) ?? []).filter((memory) => memory.key !== key);
    const latest = [...others, { key, cause: known, until: performance.now() + REMEMBER_MS }];
    this.#memories.set(model.name, latest.slice(-MOST_CAUSES_PER_MODEL));
  }

  /** The body with the known repairs done, and what they were. */
  apply(model: RegisteredModel, body: Body): { body: Body; notes: string[] } {
    const now = performance.now();
    const notes: string[] = [];
    let repaired = body;
    for (const { cause, until } of this.#memories.get(model.name) ?? []) {
      if (until <= now || !concerns(cause, repaired)) continue;
      if (cause === 'lower-case') {
        repaired = { ...repaired, model: String(repaired.model).toLowerCase() };
        notes.push('model name in lower case');
      } else if (cause.allowed === undefined) {
        repaired = withoutFields(repaired, [cause.field]);
        notes.push(...notesOfDropped([cause.field], model));
      } else {
        repaired = { ...repaired, [cause.field]: cause.allowed };
        notes.push(noteOfChanged(cause.field, cause.allowed, model));
      }
    }
    return { body: repaired, notes };
  }
}

function knownCause(cause: RepairCause): KnownCause | undefined {
  if (cause === 'lower-case') return cause;
  if (`${cause.field}${cause.allowed ?? ''}`.length > LONGEST_NAME) return undefined;
  const value = cause.touches === 'all' ? undefined : shortJson(cause.value);
  return cause.touches === 'equal' && value === undefined ? undefined : { ...cause, value };
}

function concerns(cause: KnownCause, body: Body): boolean {
  if (cause === 'lower-case') return true;
  if (!Object.hasOwn(body, cause.field)) return false;
  const value = body[cause.field];
  switch (cause.touches) {
    case 'all':
      return value !== undefined;
    case 'above':
      if (typeof value !== 'number') return false;
      return typeof cause.allowed === 'number'
        ? value > cause.allowed
        : value >= Number(cause.value);
    case 'equal':
      return shortJson(value) === cause.value;
  }
}

/** Several refused values of one field are several causes. */
function keyOf(cause: KnownCause): string {
  if (cause === 'lower-case') return cause;
  return cause.touches === 'equal' ? `${cause.field}=${cause.value ?? ''}` : cause.field;
}
