import type { RegisteredModel } from '../../models/registered-model.ts';
import { blamedField, touchesOf, type Touches } from './blamed-field.ts';
import type { RepairCause } from './repair-memory.ts';
import { noteOfChanged, notesOfDropped } from './repair-notes.ts';
import { kindOfField, TOKEN_LIMITS, withoutFields, type Body } from './request-fields.ts';
import type { UpstreamError } from './upstream-error.ts';

/** One way to change a refused request. */
export interface Repair {
  /** Closed set: it labels a metric. */
  readonly rung:
    | 'blamed-field'
    | 'foreign-fields'
    | 'token-limits'
    | 'lower-case'
    | 'optional-fields'
    | 'together'
    | 'whole-answer';
  readonly body: Body;
  /** What was done, in words for `poe_proxy.repairs`. */
  readonly notes: readonly string[];
  /** What to remember if the repaired request is taken; absent when the culprit is not known. */
  readonly cause: RepairCause | undefined;
}

type Rung = (body: Body, model: RegisteredModel, error: UpstreamError) => Repair | undefined;

/** Tokens: the smallest output limit of a current model on Poe. */
const LEAST_SUSPECT_LIMIT = 4096;

/** In this order; a rung that has nothing to change is passed over. */
const RUNGS: readonly Rung[] = [
  repairBlamedField,
  dropForeignFields,
  dropTokenLimits,
  lowerCaseModel,
  dropOptionalFields,
];

/** The repairs that a refused request offers, in the order in which to try them. */
export function repairsFor(body: Body, model: RegisteredModel, error: UpstreamError): Repair[] {
  return RUNGS.flatMap((rung) => rung(body, model, error) ?? []);
}

/** All repairs at once, the last thing to try. */
export function repairTogether(body: Body, model: RegisteredModel, error: UpstreamError): Repair {
  const all: Repair = { rung: 'together', body, notes: [], cause: undefined };
  return RUNGS.reduce<Repair>((sofar, rung) => {
    const repair = rung(sofar.body, model, error);
    if (!repair) return sofar;
    return { ...sofar, body: repair.body, notes: [...sofar.notes, ...repair.notes] };
  }, all);
}

/**
 * Some bots end the streams of their tool calls silently, and do not if they are asked for the
 * whole answer at once (mehmetbaykar.com, October 2025). Undefined for any other request.
 */
export function askForWholeAnswer(body: Body): Repair | undefined {
  if (body.stream !== true || !body.tools) return undefined;
  const whole = { ...withoutFields(body, ['stream_options']), stream: false };
  const notes = ['asked for the whole answer at once'];
  return { rung: 'whole-answer', body: whole, notes, cause: undefined };
}

function repairBlamedField(
  body: Body,
  model: RegisteredModel,
  error: UpstreamError,
): Repair | undefined {
  const blame = blamedField(body, error);
  if (!blame) return undefined;
  const { field, allowed } = blame;
  const cause: RepairCause = { ...blame, value: body[field] };
  if (allowed === undefined) {
    return { rung: 'blamed-field', ...dropped(body, [field], model), cause };
  }
  const notes = [noteOfChanged(field, allowed, model)];
  return { rung: 'blamed-field', body: { ...body, [field]: allowed }, notes, cause };
}

function dropForeignFields(
  body: Body,
  model: RegisteredModel,
  error: UpstreamError,
): Repair | undefined {
  const foreign = Object.keys(body).filter(
    (name) => kindOfField(name) === 'foreign' && !model.parameters.includes(name),
  );
  return drop(body, model, foreign, 'foreign-fields', error);
}

function dropTokenLimits(
  body: Body,
  model: RegisteredModel,
  error: UpstreamError,
): Repair | undefined {
  return drop(body, model, TOKEN_LIMITS, 'token-limits', error);
}

function lowerCaseModel(body: Body): Repair | undefined {
  const name = String(body.model);
  const lower = name.toLowerCase();
  if (lower === name) return undefined;
  const notes = ['model name in lower case'];
  return { rung: 'lower-case', body: { ...body, model: lower }, notes, cause: 'lower-case' };
}

function dropOptionalFields(
  body: Body,
  model: RegisteredModel,
  error: UpstreamError,
): Repair | undefined {
  const optional = Object.keys(body).filter((name) => kindOfField(name) === 'optional');
  return drop(body, model, optional, 'optional-fields', error);
}

function drop(
  body: Body,
  model: RegisteredModel,
  candidates: readonly string[],
  rung: Repair['rung'],
  error: UpstreamError,
): Repair | undefined {
  const fields = candidates.filter((name) => Object.hasOwn(body, name));
  const [field] = fields;
  if (field === undefined) return undefined;
  // Of several fields dropped together nobody knows which one was at fault.
  const touches = suspectOf(field, body[field], error);
  const cause: RepairCause | undefined =
    fields.length === 1 ? { field, value: body[field], allowed: undefined, touches } : undefined;
  return { rung, ...dropped(body, fields, model), cause };
}

/** Where nothing was blamed: a small limit was hardly refused for being too large. */
function suspectOf(field: string, value: unknown, error: UpstreamError): Touches {
  const touches = touchesOf(field, undefined, error.message);
  return touches === 'above' && Number(value) < LEAST_SUSPECT_LIMIT ? 'equal' : touches;
}

function dropped(
  body: Body,
  fields: readonly string[],
  model: RegisteredModel,
): { body: Body; notes: string[] } {
  return { body: withoutFields(body, fields), notes: notesOfDropped(fields, model) };
}
