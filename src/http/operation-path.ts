/** What a query's path names, decoded; whether such an agreement exists is not known here. */
export interface OperationPath {
  readonly agreementId: string;
  readonly operationId: string;
}

const BEFORE = '/v1/agreements/';
const BETWEEN = '/operations/';

/**
 * Reads `/v1/agreements/{agreement}/operations/{operation}`, exactly: no query string, no empty, further or
 * malformed part. Undefined for every other request target.
 */
export function parseOperationPath(target: string): OperationPath | undefined {
  if (!target.startsWith(BEFORE)) return undefined;
  const middle = target.indexOf(BETWEEN, BEFORE.length);
  if (middle < 0) return undefined;
  const agreementId = decodePart(target.slice(BEFORE.length, middle));
  const operationId = decodePart(target.slice(middle + BETWEEN.length));
  if (agreementId === undefined || operationId === undefined) return undefined;
  return { agreementId, operationId };
}

function decodePart(part: string): string | undefined {
  if (part === '' || part.includes('/') || part.includes('?')) return undefined;
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
