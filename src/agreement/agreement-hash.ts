import { createHash } from 'node:crypto';
import { canonicalJson } from '../shared/canonical-json.ts';

/**
 * The hash that signatures and audit records name: `sha256:<hex>` over the canonical JSON (RFC 8785) of what the file
 * says. Comments, order of keys and layout do not change it; any value does.
 * @param content the parsed content of an agreement file, without its hash
 * @throws TypeError when the content has no JSON form
 */
export function agreementHash(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex')}`;
}
