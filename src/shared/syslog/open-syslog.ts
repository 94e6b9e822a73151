import { hostname } from 'node:os';
import { DatagramSender } from './datagram-sender.ts';
import { StreamSender } from './stream-sender.ts';
import { type SyslogEvent, syslogMessage } from './syslog-message.ts';
import { changesOnly, type SyslogAddress, type SyslogEvents } from './syslog-sender.ts';

/** Where lines go, and as whose. */
export interface SyslogTarget extends SyslogAddress {
  /** Name of the facility, e.g. `local0`. */
  readonly facility: string;
}

/** A syslog server as the logger sees it. */
export interface Syslog {
  write(event: SyslogEvent): void;
  /** Lines that were given up since the start. */
  lost(): number;
  /** Resolves once what waits was handed over, or half a second has passed. */
  close(): Promise<void>;
}

/**
 * Not `winston-syslog`: it keeps every line for a server that is away, writes on to one that takes none, and waits twice as
 * long after each failure, without end.
 */
export function openSyslog(target: SyslogTarget, events: SyslogEvents): Syslog {
  const told = changesOnly(events);
  const sender =
    target.protocol === 'udp' ? new DatagramSender(target, told) : new StreamSender(target, told);
  const header = { facility: target.facility, host: hostname(), process: process.pid };
  return {
    write: (event) => {
      sender.send(syslogMessage(header, event));
    },
    lost: () => sender.lost(),
    close: async () => sender.close(),
  };
}
