import { connect } from 'node:tls';
import { answerReader } from './answer-reader.mjs';

/** So many handshakes are under way at once; a thousand at once would only wait for each other. */
const HANDSHAKES_AT_ONCE = 64;
const LOST = 'the server closed a connection';

/** Opens so many connections, each of which sends one request at a time. */
export async function openConnections(count, options) {
  const connections = [];
  let begun = 0;
  const openNext = async () => {
    while (begun < count) {
      begun += 1;
      connections.push(await openConnection(options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, HANDSHAKES_AT_ONCE) }, openNext));
  return connections;
}

/** `answered` is called with the status of an answer, `lost` when the connection ends: whoever uses it sets both by `use`. */
function openConnection(options) {
  return new Promise((resolve, reject) => {
    const connection = { answered: () => {}, lost: reject, isLost: false };
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options }, () => {
      connection.send = (bytes) => socket.write(bytes);
      resolve(connection);
    });
    socket.setNoDelay(true);
    const read = answerReader((status) => connection.answered(status));
    socket.on('data', (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        socket.destroy(error);
      }
    });
    socket.on('error', (error) => connection.lost(error));
    socket.on('close', () => {
      connection.isLost = true;
      connection.lost(new Error(LOST));
    });
  });
}

/** Takes the connections into use. One that was closed while nobody used it counts as lost now. */
export function use(connections, lost, answeredOn) {
  for (const connection of connections) {
    if (connection.isLost) lost(new Error(LOST));
    connection.lost = lost;
    connection.answered = (status) => answeredOn(connection, status);
  }
}
