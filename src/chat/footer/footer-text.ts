import type { TokenUsage } from '../chat-chunk.ts';
import { listOffers, type Offer } from '../../usage/cheaper-models.ts';

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
      `Tokens: ${whole(usage.total_tokens)} total (${whole(usage.prompt_tokens)} in / ${whole(usage.completion_tokens)} out)`,
      `Points: ${whole(points)}${facts.pointsAreEstimate ? ' est.' : ''}`,
      `Balance: ${balance === undefined ? 'n/a' : whole(balance)}`,
    ].join(' | '),
  ];
  if (warning) {
    const cheaper =
      warning.cheaper.length > 0 ? ` Cheaper for this size: ${listOffers(warning.cheaper)}.` : '';
    lines.push(`Warning: above ${whole(warning.above)} points.${cheaper}`);
  }
  if (limit !== undefined) {
    lines.push(
      `Limit: above ${whole(limit)} points per message; requests estimated above it are refused.`,
    );
  }
  return lines.join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
