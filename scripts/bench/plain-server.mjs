import { createServer } from 'node:https';

/**
 * The process around the floor and around the limit: waits for its orders, listens on the loopback address, says on
 * which port, and ends with the process that started it.
 * @param makeListener from the orders to a request listener
 */
export function servePlainly(makeListener) {
  process.once('message', (orders) => {
    const tls = { ...orders.tls, requestCert: true, rejectUnauthorized: true, keepAliveTimeout: 65_000 };
    const server = createServer(tls, makeListener(orders));
    server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  });
  process.once('disconnect', () => process.exit());
}

/** Hands out the model answers in turn, so that every server sends the same mix. */
export function inTurn(answers) {
  let next = 0;
  return () => answers[next++ % answers.length];
}
