import { constants } from 'node:crypto';
import { type ServerOptions } from 'node:https';
import { type TlsFiles } from './tls-files.ts';

/** TLS 1.3 suites, then the TLS 1.2 suites with forward secrecy and authenticated encryption; nothing else. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Times in milliseconds, sizes in bytes. */
export const CONNECTION_BOUNDS = {
  /** Open at once; those beyond are closed before their handshake. */
  connections: 4096,
  /** Under way for one certificate; those beyond are refused before their body is read. */
  requestsPerCertificate: 4096,
  /** For the PROXY header of a balancer, which stands before the handshake. */
  proxyHeader: 5_000,
  handshake: 10_000,
  headers: 10_000,
  /** From the first byte of a request to the last of its body. */
  wholeRequest: 30_000,
  /** Within which a body must have arrived for its request to be answered. */
  body: 10_000,
  keepAlive: 65_000,
  silence: 120_000,
  headerBytes: 16 * 1024,
  /** Seconds for which a session may be resumed without a new proof of the client's key. */
  sessionSeconds: 300,
} as const;

/**
 * Options of the partner listener: TLS 1.3, or 1.2 with ECDHE and AEAD; a client certificate of the known CA is a
 * condition of the handshake; no renegotiation, no compression.
 */
export function tlsProfile(files: TlsFiles): ServerOptions {
  return {
    cert: files.certificate,
    key: files.key,
    ca: files.clientCa,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
    sessionTimeout: CONNECTION_BOUNDS.sessionSeconds,
    handshakeTimeout: CONNECTION_BOUNDS.handshake,
    headersTimeout: CONNECTION_BOUNDS.headers,
    requestTimeout: CONNECTION_BOUNDS.wholeRequest,
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: CONNECTION_BOUNDS.keepAlive,
    maxHeaderSize: CONNECTION_BOUNDS.headerBytes,
    noDelay: true,
    // A header that is sent twice must not pass for one that is sent once.
    joinDuplicateHeaders: true,
    // The listener refuses it itself, so that the refusal is recorded.
    requireHostHeader: false,
  };
}
