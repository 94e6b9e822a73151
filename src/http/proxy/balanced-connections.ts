import { type Server } from 'node:https';
import { type Socket } from 'node:net';
import { type TLSSocket } from 'node:tls';
import { type AddressRule } from '../../identity/address-rule.ts';
import { socketBeneath } from '../peer-address.ts';
import { ProxyHeaderError } from './proxy-header-error.ts';
import { readHeader } from './read-header.ts';

export interface BalancerParts {
  /** Whose connections begin with a PROXY header. Nobody else's are looked at. */
  readonly balancers: AddressRule;
  /** Within which a whole header must have arrived. */
  readonly headerMilliseconds: number;
  /** Told of each connection that was closed because of its header. */
  readonly refused: (refusal: { readonly reason: string; readonly address: string }) => void;
}

interface Peer {
  readonly address: string;
  /** The balancer speaks for itself, e.g. to see whether the gateway is there. */
  readonly balancer: boolean;
}

type Accept = (socket: Socket) => void;

/**
 * The connections of a listener that stands behind balancers: those of a listed balancer begin with a PROXY header, version
 * 1 or 2, before the TLS handshake, and are the client's that it states. The listener itself stays the one that accepts, so
 * that its bounds, its time-outs and its end hold for all of them.
 */
export class BalancedConnections {
  readonly #parts: BalancerParts;
  readonly #peers = new WeakMap<Socket, Peer>();

  /** Puts the reading of the header before the handshake. MUST be called before anything else listens to `connection`. */
  constructor(server: Server, parts: BalancerParts) {
    this.#parts = parts;
    const [handshake] = server.listeners('connection') as Accept[];
    if (handshake === undefined) throw new Error('the listener has nothing that starts a TLS handshake');
    server.off('connection', handshake);
    server.on('connection', (socket: Socket) => {
      void this.#accept(socket, (ready) => {
        handshake.call(server, ready);
      });
    });
  }

  /** Where the client is; undefined where it is not known: then the connection MUST be destroyed. */
  addressOf(socket: TLSSocket): string | undefined {
    return this.#peerOf(socket)?.address;
  }

  /** Whether the balancer itself is the client: its checks end without a handshake, which is no fault. */
  isBalancer(socket: TLSSocket): boolean {
    return this.#peerOf(socket)?.balancer === true;
  }

  async #accept(socket: Socket, handshake: Accept): Promise<void> {
    const address = socket.remoteAddress ?? '';
    if (!this.#parts.balancers.allows(address)) {
      this.#peers.set(socket, { address, balancer: false });
      handshake(socket);
      return;
    }
    const client = await this.#clientOf(socket, address);
    if (client === undefined) return;
    this.#peers.set(socket, { address: client ?? address, balancer: client === null });
    handshake(socket);
  }

  /** Undefined where the connection was closed. */
  async #clientOf(socket: Socket, address: string): Promise<string | null | undefined> {
    socket.on('error', () => socket.destroy());
    try {
      return await readHeader(socket, this.#parts.headerMilliseconds);
    } catch (thrown) {
      socket.destroy();
      if (!(thrown instanceof ProxyHeaderError)) throw thrown;
      if (thrown.code !== 'PORT_PROBED') this.#parts.refused({ reason: thrown.code, address });
      return undefined;
    }
  }

  #peerOf(socket: TLSSocket): Peer | undefined {
    const beneath = socketBeneath(socket);
    return beneath && this.#peers.get(beneath);
  }
}
