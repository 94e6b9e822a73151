import { isatty } from 'node:tty';

/** npm hands on the signal that the terminal has already sent, so that one Ctrl-C may arrive twice. */
const ECHO_MILLISECONDS = 500;
/** File descriptor. */
const STDIN = 0;

/** What a process is told while it serves. */
export interface Signals {
  /** The first and the second request to stop: Ctrl-C, or SIGTERM of whoever runs the process. */
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  /** Lets SIGHUP be what it was before. */
  forgetReload(): void;
}

/**
 * Hears the signals of a serving process. SIGHUP asks a service to read its files again; to a process that a terminal started
 * it says that the terminal is gone, and stops it.
 * @param attached whether a terminal started the process
 */
export function serveSignals(reload: () => void, attached: boolean = isatty(STDIN)): Signals {
  const names: readonly NodeJS.Signals[] = attached ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
  if (!attached) process.on('SIGHUP', reload);
  const first = nextOf(names);
  const second = first.then(async () => {
    const echo = new Promise((resolve) => setTimeout(resolve, ECHO_MILLISECONDS).unref());
    const ignore = (): void => undefined;
    for (const name of names) process.on(name, ignore);
    await echo;
    const next = nextOf(names);
    for (const name of names) process.off(name, ignore);
    return next;
  });
  return { first, second, forgetReload: () => process.off('SIGHUP', reload) };
}

async function nextOf(names: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => {
      for (const name of names) process.off(name, told);
      resolve();
    };
    for (const name of names) process.on(name, told);
  });
}
