import canonicalize from 'canonicalize';

/** JSON text by RFC 8785 (JCS): sorted keys, no white space, one spelling per value. The only canonicaliser. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}
