import { type AddressInfo, type Server } from 'node:net';
import { type Sentence } from '../shared/problem.ts';
import { FaultsError } from '../shared/fault.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the operating system choose. */
  readonly port: number;
}

/** Which listener: names its settings `<name>.host` and `<name>.port`, and the variable `GECIT_<NAME>_PORT`. */
export type ListenerName = 'partner' | 'ops';

interface Reason {
  readonly setting: 'host' | 'port';
  readonly message: Sentence;
  readonly remedy: Sentence;
}

/**
 * Opens a listener and resolves with its port.
 * @throws FaultsError when the address cannot be taken
 */
export async function listen(server: Server, address: ListenAddress, name: ListenerName): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(listenFault(error.code ?? 'UNKNOWN', address, name));
    };
    server.once('error', onError);
    server.listen(address.port, address.host, () => {
      server.off('error', onError);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function listenFault(code: string, address: ListenAddress, name: ListenerName): Error {
  const place = `${address.host}:${String(address.port)}`;
  const { setting, message, remedy } = reasonOf(code, name);
  const placed = { tr: `${place}: ${message.tr}`, en: `${place}: ${message.en}` };
  const key = `${name}.${setting}`;
  return new FaultsError([
    { code: 'LISTENER_NOT_OPENED', file: 'settings', line: 0, key, message: placed, remedy },
  ]);
}

function reasonOf(code: string, name: ListenerName): Reason {
  const variable = `GECIT_${name.toUpperCase()}_PORT`;
  switch (code) {
    case 'EADDRINUSE':
      return {
        setting: 'port',
        message: { tr: 'port başka bir süreçte kullanımda', en: 'the port is taken by another process' },
        remedy: {
          tr: `O süreci durdurun veya ${variable} ile başka bir port seçin.`,
          en: `Stop that process or choose another port with ${variable}.`,
        },
      };
    case 'EACCES':
      return {
        setting: 'port',
        message: { tr: 'bu portu açma izni yok', en: 'there is no permission to open this port' },
        remedy: {
          tr: `${variable} ile 1023’ten büyük bir port seçin veya izin verin.`,
          en: `Choose a port above 1023 with ${variable} or grant the permission.`,
        },
      };
    case 'EADDRNOTAVAIL':
      return {
        setting: 'host',
        message: { tr: 'bu adres bu makinede yok', en: 'this machine does not have this address' },
        remedy: {
          tr: 'Makinenin adreslerinden birini yazın.',
          en: 'Give one of the addresses of the machine.',
        },
      };
    default:
      return {
        setting: 'port',
        message: { tr: `dinlenemedi (${code})`, en: `cannot be listened on (${code})` },
        remedy: {
          tr: `${name}.host adresini ve ${variable} ile verilen portu denetleyin.`,
          en: `Check the address ${name}.host and the port given by ${variable}.`,
        },
      };
  }
}
