import { Injectable } from '@nestjs/common';
import type { RegisteredModel } from '../../models/registered-model.ts';
import type { Blame } from './blamed-field.ts';
import { withoutFields, type Body } from './request-fields.ts';

/** Why a request was refused: the name's case, or a field with the value that was sent. */
export type RepairCause = 'lower-case' | (Blame & { readonly value: unknown });

const REMEMBER_MS = 60 * 60_000;
const MOST_CAUSES_PER_MODEL = 16;

interface Memory {
  readonly cause: RepairCause;
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
    const key = keyOf(cause);
    const others = (this.#memories.get(model.name) ?? []).filter(
      (memory) => keyOf(memory.cause) !== key,
    );
    const latest = [...others, { cause, until: performance.now() + REMEMBER_MS }];
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
        notes.push(`${cause.field} dropped`);
      } else {
        repaired = { ...repaired, [cause.field]: cause.allowed };
        notes.push(`${cause.field} set to ${cause.allowed}`);
      }
    }
    return { body: repaired, notes };
  }
}

function concerns(cause: RepairCause, body: Body): boolean {
  if (cause === 'lower-case') return true;
  const value = body[cause.field];
  if (value === undefined) return false;
  switch (cause.touches) {
    case 'all':
      return true;
    case 'above':
      if (typeof value !== 'number') return false;
      return typeof cause.allowed === 'number'
        ? value > cause.allowed
        : value >= Number(cause.value);
    case 'equal':
      return JSON.stringify(value) === JSON.stringify(cause.value);
  }
}

/** Several refused values of one field are several causes. */
function keyOf(cause: RepairCause): string {
  if (cause === 'lower-case') return cause;
  return cause.touches === 'equal' ? `${cause.field}=${JSON.stringify(cause.value)}` : cause.field;
}
