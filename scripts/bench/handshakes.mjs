import { connect } from 'node:tls';

/**
 * Opens one connection after the other, so many at once, and closes each once its handshake is done.
 * @param resumed whether they go on from one session instead of proving the key again
 * @returns handshakes, of these resumed ones, and the seconds that they took
 */
export async function shakeHands({ port, tls, seconds, atOnce, resumed }) {
  const options = { host: '127.0.0.1', servername: 'localhost', port, ...tls };
  const session = resumed ? await firstSession(options) : undefined;
  const counts = { handshakes: 0, resumed: 0 };
  const begun = performance.now();
  const until = begun + seconds * 1_000;
  const goOn = async () => {
    while (performance.now() < until) {
      if (await shakeOnce({ ...options, session })) counts.resumed += 1;
      counts.handshakes += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
  return { ...counts, seconds: (performance.now() - begun) / 1_000 };
}

function shakeOnce(options) {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      const wasResumed = socket.isSessionReused();
      socket.once('close', () => resolve(wasResumed)).destroy();
    });
    socket.once('error', reject);
  });
}

/** In TLS 1.3 the server gives its ticket after the handshake. */
function firstSession(options) {
  return new Promise((resolve, reject) => {
    const socket = connect(options);
    socket.once('error', reject);
    socket.once('session', (session) => {
      socket.destroy();
      resolve(session);
    });
  });
}
