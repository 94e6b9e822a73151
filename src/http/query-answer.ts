import { type PartnerAnswer } from '../gateway/partner-gateway.ts';
import { type QuotaFigures } from '../shared/problem.ts';

const DAY_SECONDS = 86_400;

/** The body of an answer. The data are taken over as the text they were committed to, never parsed or written again. */
export function answerText(answer: PartnerAnswer): string {
  return Buffer.from(answerBytes(answer), 'latin1').toString('utf8');
}

/**
 * The same body in UTF-8, each byte as one character, to be sent as `latin1`: text of such characters is joined and written
 * several times faster than text with one Turkish letter in it.
 */
export function answerBytes(answer: PartnerAnswer): string {
  const { agreement, receipt } = answer;
  return (
    `{"queryId":${JSON.stringify(answer.queryId)},"outcome":"${answer.outcome}",` +
    `"agreement":{"id":${bytesOf(JSON.stringify(agreement.id))},"version":${String(agreement.version)},` +
    `"hash":${JSON.stringify(agreement.hash)}},"purpose":${bytesOf(JSON.stringify(answer.purpose))},` +
    `"data":${bytesOf(answer.dataJson)},"onwardSharing":false,` +
    `"receipt":{"origin":${bytesOf(JSON.stringify(receipt.origin))},"index":${String(receipt.index)},` +
    `"leaf":"${receipt.leaf.toString('base64')}","opening":"${receipt.opening.toString('base64')}"}}`
  );
}

const ASCII = /^\p{ASCII}*$/u;

function bytesOf(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Names and values of the official's daily quota (draft-ietf-httpapi-ratelimit-headers, structured fields). */
export function quotaHeaders(quota: QuotaFigures): string[] {
  return [
    'RateLimit-Policy',
    `"daily";q=${String(quota.limit)};w=${String(DAY_SECONDS)}`,
    'RateLimit',
    `"daily";r=${String(quota.remaining)};t=${String(quota.resetSeconds)}`,
  ];
}
