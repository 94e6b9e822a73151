import { type DemoAccess } from './demo-access.ts';

/**
 * What was printed and logged must name no person asked about and prove nobody: no identity number, no secret.
 * Every place and every gateway of the suite is held to it when it ends.
 */
export function proveSecrecy(printed: string, { officials, subjects }: DemoAccess): void {
  const hidden = [...subjects.map(({ tckn }) => tckn), ...officials.map(({ clientSecret }) => clientSecret)];
  if (hidden.some((text) => printed.includes(text))) {
    throw new Error('an identity number or a secret was printed or logged');
  }
}
