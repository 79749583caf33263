import type { Rates, TokenRates } from './rates.ts';

/** 30 USD buy a million points, so USD per million tokens ÷ 30 = points per token. */
const USD_PER_MILLION_POINTS = 30;

/** Keeps 0.1 + 0.2 from costing a point: no line is a whole number plus less than this. */
const ROUNDING_SLACK = 1e-9;

export interface BilledTokens {
  /** All of them, cached or not. */
  readonly prompt: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface Bill {
  readonly points: number;
  readonly usd: string;
  readonly breakdown: Readonly<Record<string, string>>;
}

/**
 * Every input token is charged in full, then the cache's surcharge and discount have lines of their
 * own. Each line is rounded alone (up; the discount to nearest) and the total is the sum of the
 * rounded lines. From ten recorded calls and their ledger rows, April 2026.
 */
export function bill(rates: Rates, tokens: BilledTokens): Bill {
  if (rates.kind === 'message') {
    const line = rates.line === undefined ? {} : { [rates.line]: pointsText(rates.points) };
    return total(rates.points, line);
  }
  const lines = tokenLines(rates, tokens).filter((line) => line.points !== 0);
  const breakdown = Object.fromEntries(
    lines.map((line) => [line.name, `${pointsText(line.points)} (${line.tokens} tokens)`]),
  );
  return total(
    lines.reduce((sum, line) => sum + line.points, 0),
    breakdown,
  );
}

export function usdText(points: number): string {
  if (points === 0) return '0.00';
  const usd = (points * USD_PER_MILLION_POINTS) / 1_000_000;
  const text = usd.toPrecision(2);
  return text.includes('e') ? String(Number(text)) : text;
}

function total(points: number, lines: Record<string, string>): Bill {
  return { points, usd: usdText(points), breakdown: { ...lines, Total: pointsText(points) } };
}

function tokenLines(rates: TokenRates, tokens: BilledTokens) {
  const { cacheRead = 0, cacheWrite = 0 } = tokens;
  const surcharge = (rates.cacheWrite ?? rates.input) - rates.input;
  const discount = rates.input - (rates.cacheRead ?? rates.input);
  return [
    { name: 'Input', points: up(tokens.prompt * rates.input), tokens: tokens.prompt },
    { name: 'Output', points: up(tokens.output * rates.output), tokens: tokens.output },
    { name: 'Cache write', points: up(cacheWrite * surcharge), tokens: cacheWrite },
    { name: 'Cache discount', points: -nearest(cacheRead * discount), tokens: cacheRead },
  ];
}

function up(microUsd: number): number {
  return Math.ceil(microUsd / USD_PER_MILLION_POINTS - ROUNDING_SLACK);
}

function nearest(microUsd: number): number {
  return Math.round(microUsd / USD_PER_MILLION_POINTS);
}

function pointsText(points: number): string {
  return points === 1 ? '1 point' : `${points} points`;
}
