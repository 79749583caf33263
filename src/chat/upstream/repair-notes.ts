import type { RegisteredModel } from '../../models/registered-model.ts';
import { kindOfField } from './request-fields.ts';

type Declared = Pick<RegisteredModel, 'parameters'>;

/** A value that Poe named is repeated so far. */
const MOST_CHARACTERS = 64;

/**
 * What was dropped, in words for `poe_proxy.repairs` and the log. Only names that this gateway
 * knows are repeated: others are text that a client chose, of any number and length.
 */
export function notesOfDropped(fields: readonly string[], model: Declared): string[] {
  const known = fields.filter((field) => isKnown(field, model));
  const others = fields.length - known.length;
  const notes = known.map((field) => `${field} dropped`);
  if (others > 0) notes.push(`${others} unknown ${others === 1 ? 'field' : 'fields'} dropped`);
  return notes;
}

export function noteOfChanged(field: string, value: number | string, model: Declared): string {
  if (!isKnown(field, model)) return '1 unknown field changed';
  return `${field} set to ${String(value).slice(0, MOST_CHARACTERS)}`;
}

function isKnown(field: string, { parameters }: Declared): boolean {
  return kindOfField(field) !== 'foreign' || parameters.includes(field);
}
