const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host of a URL is this machine: what goes to it crosses no network. */
export function isThisMachine(host: string): boolean {
  return LOOPBACK.test(host);
}
