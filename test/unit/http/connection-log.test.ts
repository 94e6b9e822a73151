import { describe, expect, test } from '@jest/globals';
import { ConnectionLog } from '../../../src/http/connection-log.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const FAILURE = { reason: 'ERR_SSL_NO_SHARED_CIPHER', address: '192.0.2.1' };

describe('the log of failed handshakes', () => {
  test('counts by reason and lists reason and address', () => {
    const logger = new RecordingLogger();
    const log = new ConnectionLog(logger, { now: () => 0 });
    log.handshakeFailed(FAILURE);
    log.handshakeFailed({ ...FAILURE, reason: 'ECONNRESET' });
    expect(log.counts()).toEqual({
      handshakesFailed: 2,
      handshakesFailedBy: { ERR_SSL_NO_SHARED_CIPHER: 1, ECONNRESET: 1 },
      requestsUnreadable: 0,
      connectionsDropped: 0,
      headersRefused: 0,
    });
    expect(logger.named('tls.handshake-failed')).toEqual([FAILURE, { ...FAILURE, reason: 'ECONNRESET' }]);
  });

  test('lists a flood by its number, so that it cannot push other lines out', () => {
    const logger = new RecordingLogger();
    let now = 0;
    const log = new ConnectionLog(logger, { now: () => now });
    for (let round = 0; round < 1000; round++) log.handshakeFailed(FAILURE);
    expect(logger.lines).toHaveLength(50);
    now = 10_000;
    log.handshakeFailed(FAILURE);
    expect(logger.named('tls.handshake-failures-not-listed')).toEqual([{ count: 950 }]);
    expect(log.counts().handshakesFailed).toBe(1001);
    expect(logger.lines).toHaveLength(52);
  });

  test('never takes one kind of failure for another', () => {
    const logger = new RecordingLogger();
    const log = new ConnectionLog(logger, { now: () => 0 });
    for (let round = 0; round < 60; round++) {
      log.requestUnreadable({ reason: 'HPE_INVALID_METHOD', certificate: 'b2' });
      log.connectionDropped('192.0.2.1');
    }
    log.handshakeFailed(FAILURE);
    log.flush();
    expect(logger.named('tls.handshake-failed')).toEqual([FAILURE]);
    expect(logger.named('tls.handshake-failures-not-listed')).toEqual([]);
    expect(logger.named('http.requests-unreadable-not-listed')).toEqual([{ count: 10 }]);
    expect(logger.named('tls.connections-dropped-not-listed')).toEqual([{ count: 10 }]);
    expect(log.counts()).toMatchObject({ requestsUnreadable: 60, connectionsDropped: 60 });
  });
});
