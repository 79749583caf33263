import { kindOfField, type Body } from './request-fields.ts';
import type { UpstreamError } from './upstream-error.ts';

export interface Blame {
  readonly field: string;
  /** The largest (or the only) value that would be taken, where the text says so. */
  readonly allowed: number | string | undefined;
  readonly touches: Touches;
}

/** Which values of a field share the fate of a refused one. */
export type Touches = 'all' | 'above' | 'equal';

/** The droppable member of `body` that a 400 blames, by its `param` or in its text. */
export function blamedField(body: Body, error: UpstreamError): Blame | undefined {
  const field =
    byParam(body, error.param) ?? byName(body, error.message) ?? byValue(body, error.message);
  if (field === undefined) return undefined;
  const allowed = allowedValue(body[field], error.message);
  return { field, allowed, touches: touchesOf(field, allowed, error.message) };
}

/**
 * A refused token limit was most likely too large, so larger ones are refused too, unless the
 * text complains of the opposite. Of other values only the very same are known to be refused.
 */
export function touchesOf(field: string, allowed: Blame['allowed'], text: string): Touches {
  if (typeof allowed === 'number') return 'above';
  if (typeof allowed === 'string') return 'equal';
  const kind = kindOfField(field);
  if (kind === 'foreign' || WHOLLY_REFUSED.test(text)) return 'all';
  return kind === 'token-limit' && !TOO_SMALL.test(text) ? 'above' : 'equal';
}

const TOO_SMALL = /at least|minimum|greater than|too (?:small|low)|below|>=|≥/i;

const WHOLLY_REFUSED =
  /unsupported (?:parameter|field)|unrecognized|unknown (?:parameter|field|name)|not permitted|extra (?:inputs|fields)|(?:parameter|field) .{0,60}not supported|does not support (?:the )?(?:parameter|field)/i;

function byParam(body: Body, param: string | undefined): string | undefined {
  const name = param?.split(/[.[]/, 1)[0];
  return name !== undefined && isDroppable(body, name) ? name : undefined;
}

/** The field whose name comes first in the text. */
function byName(body: Body, text: string): string | undefined {
  return Object.keys(body)
    .filter((name) => isDroppable(body, name))
    .map((name) => ({ name, at: placeOf(name, text) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at)[0]?.name;
}

/**
 * Names of one ordinary word (`user`, `stop`) count only in quotes, as `user=…`, at the start or
 * where the text says that it is a name.
 */
function placeOf(name: string, text: string): number {
  // A body may have any number of foreign names, of any length.
  if (!text.includes(name)) return -1;
  const escaped = name.replace(/[^\w]/g, '\\$&');
  const pattern = name.includes('_')
    ? `(?<!\\w)${escaped}(?!\\w)`
    : `["'\`]${escaped}["'\`]|^${escaped}\\b|\\b${escaped}=|${A_NAME}${escaped}\\b`;
  return text.search(new RegExp(pattern));
}

/** Before a name: "argument supplied: seed", "parameter seed". */
const A_NAME = '\\b(?:argument|parameter|field|property|option)s?(?: supplied)?:? ';

/** `Unsupported value: 'high' is not supported with …` names no field: whose value is it? */
function byValue(body: Body, text: string): string | undefined {
  const value = /unsupported value: ['"`]([^'"`]+)['"`]/i.exec(text)?.[1];
  if (value === undefined) return undefined;
  const names = Object.keys(body).filter(
    (name) => isDroppable(body, name) && isScalar(body[name]) && String(body[name]) === value,
  );
  return names.length === 1 ? names[0] : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isDroppable(body: Body, name: string): boolean {
  return Object.hasOwn(body, name) && kindOfField(name) !== 'essential';
}

const MOST =
  /(?:at most|up to|maximum(?: (?:allowed )?(?:value|number))?(?: (?:of|is|for)| allowed)?:?|less than or equal to|no more than|<=|≤|>)\s*['"`]?(\d[\d,_]*(?:\.\d+)?)/gi;
const ONLY = /(?:supported|allowed|valid) values are:? ['"`]([^'"`]+)['"`]\.?\s*$/i;

function allowedValue(sent: unknown, text: string): number | string | undefined {
  if (typeof sent === 'string') return ONLY.exec(text)?.[1];
  if (typeof sent !== 'number') return undefined;
  const limits = [...text.matchAll(MOST)]
    .map((match) => Number(match[1]?.replace(/[,_]/g, '')))
    .filter((limit) => limit > 0 && limit < sent);
  return limits.length > 0 ? Math.max(...limits) : undefined;
}
