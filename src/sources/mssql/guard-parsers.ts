import { type EventEmitter } from 'node:events';
import { answerInvalid } from '../source-error.ts';

type Handler = Readonly<Record<string, unknown>>;

/** What the driver's connection has beneath its types: it makes one parser a message, which hands tokens to a handler. */
export interface TediousConnection {
  createTokenStreamParser(message: unknown, handler: object): { readonly parser: EventEmitter };
}

/**
 * Sees to it that what a server sends wrong ends in `onFault`: the driver lets errors of its parser, and what its handlers
 * throw, reach the event loop, which would end the gateway.
 */
export function guardParsers(connection: TediousConnection, onFault: (error: Error) => void): void {
  const create = connection.createTokenStreamParser.bind(connection);
  const fault = (): void => {
    onFault(answerInvalid('PROTOCOL'));
  };
  connection.createTokenStreamParser = (message, handler) => {
    const made = create(message, guarded(handler as Handler, fault));
    made.parser.on('error', fault);
    return made;
  };
}

/** The handler whose methods throw nothing. */
function guarded(handler: Handler, fault: () => void): object {
  return new Proxy(handler, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, args) as unknown;
        } catch {
          fault();
          return undefined;
        }
      };
    },
  });
}
