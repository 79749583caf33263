import type { TokenUsage } from '../chat-chunk.ts';
import { adviseCheaper, type Offer } from '../../usage/cheaper-models.ts';
import { writePoints } from '../../usage/write-points.ts';

const PERIODS = { day: 'today', week: 'this week', month: 'this month' } as const;

/** What there is left to spend. Undefined points: unknown. */
export type Left =
  | { readonly of: 'account'; readonly points: number | undefined }
  | { readonly of: 'budget'; readonly points: number; readonly period: keyof typeof PERIODS };

export interface FooterFacts {
  readonly usage: Pick<TokenUsage, 'prompt_tokens' | 'completion_tokens' | 'total_tokens'>;
  readonly points: number;
  readonly pointsAreEstimate: boolean;
  /** Undefined: not to be told. */
  readonly left: Left | undefined;
  /** Set when the message cost more than POINTS_PER_MESSAGE_WARN. */
  readonly warning?: { readonly above: number; readonly cheaper: readonly Offer[] } | undefined;
  /** Set when it cost more than MAX_POINTS_PER_MESSAGE. */
  readonly limit?: number | undefined;
}

/** The block under an answer. strip-footer.ts must recognise whatever this writes. */
export function footerText(facts: FooterFacts): string {
  const { usage, points, left, warning, limit } = facts;
  const lines = [
    '',
    '',
    '---',
    [
      `Tokens: ${writePoints(usage.total_tokens)} total (${writePoints(usage.prompt_tokens)} in / ${writePoints(usage.completion_tokens)} out)`,
      `Points: ${writePoints(points)}${facts.pointsAreEstimate ? ' est.' : ''}`,
      ...(left ? [writeLeft(left)] : []),
    ].join(' | '),
  ];
  if (warning) {
    lines.push(
      `Warning: above ${writePoints(warning.above)} points.${adviseCheaper(warning.cheaper)}`,
    );
  }
  if (limit !== undefined) {
    lines.push(
      `Limit: above ${writePoints(limit)} points per message; requests estimated above it are refused.`,
    );
  }
  return lines.join('\n');
}

function writeLeft(left: Left): string {
  if (left.of === 'budget') {
    return `Budget: ${writePoints(left.points)} left ${PERIODS[left.period]}`;
  }
  return `Balance: ${left.points === undefined ? 'n/a' : writePoints(left.points)}`;
}
