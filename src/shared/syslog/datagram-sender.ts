import { createSocket } from 'node:dgram';
import {
  MOST_WAITING,
  settled,
  type SyslogAddress,
  type SyslogEvents,
  type SyslogSender,
} from './syslog-sender.ts';

/** One datagram a message (RFC 5426). Nobody says whether it arrives. */
export class DatagramSender implements SyslogSender {
  readonly #address: SyslogAddress;
  readonly #events: SyslogEvents;
  readonly #socket;
  #underWay = 0;
  #lost = 0;

  constructor(address: SyslogAddress, events: SyslogEvents) {
    this.#address = address;
    this.#events = events;
    this.#socket = createSocket(address.host.includes(':') ? 'udp6' : 'udp4').unref();
    this.#socket.on('error', (cause) => {
      events.unreachable(cause);
    });
  }

  send(message: Buffer): void {
    if (this.#underWay >= MOST_WAITING.messages) {
      this.#lost += 1;
      return;
    }
    const { port, host } = this.#address;
    this.#underWay += 1;
    this.#socket.send(message, port, host, (cause) => {
      this.#underWay -= 1;
      if (cause === null) this.#events.reached();
      else {
        this.#lost += 1;
        this.#events.unreachable(cause);
      }
    });
  }

  lost(): number {
    return this.#lost;
  }

  async close(): Promise<void> {
    await settled(() => this.#underWay === 0);
    this.#socket.close();
  }
}
