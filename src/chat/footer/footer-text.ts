import type { TokenUsage } from '../chat-chunk.ts';
import { adviseCheaper, type Offer } from '../../usage/cheaper-models.ts';
import { writePoints } from '../../usage/write-points.ts';

export interface FooterFacts {
  readonly usage: Pick<TokenUsage, 'prompt_tokens' | 'completion_tokens' | 'total_tokens'>;
  readonly points: number;
  readonly pointsAreEstimate: boolean;
  /** Undefined: unknown. */
  readonly balance: number | undefined;
  /** Set when the message cost more than POINTS_PER_MESSAGE_WARN. */
  readonly warning?: { readonly above: number; readonly cheaper: readonly Offer[] } | undefined;
  /** Set when it cost more than MAX_POINTS_PER_MESSAGE. */
  readonly limit?: number | undefined;
}

/** The block under an answer. strip-footer.ts must recognise whatever this writes. */
export function footerText(facts: FooterFacts): string {
  const { usage, points, balance, warning, limit } = facts;
  const lines = [
    '',
    '',
    '---',
    [
      `Tokens: ${writePoints(usage.total_tokens)} total (${writePoints(usage.prompt_tokens)} in / ${writePoints(usage.completion_tokens)} out)`,
      `Points: ${writePoints(points)}${facts.pointsAreEstimate ? ' est.' : ''}`,
      `Balance: ${balance === undefined ? 'n/a' : writePoints(balance)}`,
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
