import { isThisMachine } from '../../../shared/this-machine.ts';
import { type SourceEvent } from '../../source-event.ts';
import { type DatabaseServer } from './database-server.ts';

/** Tells that the settings let a server on the network be asked without proof that it is the right one. */
export function tellUnproven(
  source: string,
  { host, tls }: DatabaseServer,
  onEvent: (event: SourceEvent) => void,
): void {
  if (tls.mode === 'verify' || isThisMachine(host)) return;
  onEvent({ kind: 'identity-unproven', source, detail: tls.mode });
}
