/**
 * Why a connection from a balancer does not begin with a usable PROXY header. `PORT_PROBED`: it ended without a byte, as a
 * check does that only asks whether the port is open.
 */
export type ProxyHeaderFault =
  | 'PORT_PROBED'
  | 'PROXY_HEADER_MISSING'
  | 'PROXY_HEADER_MALFORMED'
  | 'PROXY_HEADER_TOO_LONG'
  | 'PROXY_HEADER_LATE'
  | 'PROXY_HEADER_CUT'
  | 'PROXY_ADDRESS_NOT_IP';

/** The header of a connection is not usable; the connection must be closed. */
export class ProxyHeaderError extends Error {
  readonly code: ProxyHeaderFault;

  constructor(code: ProxyHeaderFault, cause?: unknown) {
    super(code, { cause });
    this.name = 'ProxyHeaderError';
    this.code = code;
  }
}
