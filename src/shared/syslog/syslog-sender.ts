/** Where messages go. */
export interface SyslogAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

/** Takes messages for a server, whether it is there or not. */
export interface SyslogSender {
  /** Sends a message when it can. Never waits, never throws; what is too much is given up. */
  send(message: Buffer): void;
  /** Messages that were given up since the start. */
  lost(): number;
  /** Resolves once what waits was handed over, or half a second has passed. */
  close(): Promise<void>;
}

/** How it goes; may be told the same again and again. */
export interface SyslogEvents {
  unreachable(cause: unknown): void;
  reached(): void;
}

/** Tells each change once. */
export function changesOnly(events: SyslogEvents): SyslogEvents {
  let failing = false;
  const changed = (now: boolean, tell: () => void): void => {
    if (failing === now) return;
    failing = now;
    tell();
  };
  return {
    unreachable: (cause) => {
      changed(true, () => {
        events.unreachable(cause);
      });
    },
    reached: () => {
      changed(false, () => {
        events.reached();
      });
    },
  };
}

/** Messages, and their bytes together, that may wait for a server that is away or slow. */
export const MOST_WAITING = { messages: 10_000, bytes: 8 * 1024 * 1024 } as const;

const CLOSE_MILLISECONDS = 500;
const LOOK_MILLISECONDS = 10;

/** Resolves once the condition holds, and after half a second in any case. */
export async function settled(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + CLOSE_MILLISECONDS;
  while (!condition() && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
}
