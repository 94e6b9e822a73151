/** npm hands on the signal that the terminal has already sent, so that one Ctrl-C may arrive twice. */
const ECHO_MILLISECONDS = 500;

/** The first and the second request to stop: Ctrl-C, or SIGTERM of whoever runs the process. */
export function stopSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = nextSignal();
  const second = first.then(async () => {
    const echo = new Promise((resolve) => setTimeout(resolve, ECHO_MILLISECONDS).unref());
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore).on('SIGTERM', ignore);
    await echo;
    const next = nextSignal();
    process.off('SIGINT', ignore).off('SIGTERM', ignore);
    return next;
  });
  return { first, second };
}

async function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => {
      process.off('SIGINT', told).off('SIGTERM', told);
      resolve();
    };
    process.on('SIGINT', told).on('SIGTERM', told);
  });
}
