import { join } from 'node:path';
import { type Environment } from './environment.ts';

/** The environment of a demo realm that stands in a folder of its own, beside whatever runs on this machine. */
export function demoEnvironment(environment: Environment, folder: string): Environment {
  return {
    GECIT_PROTOCOLS_DIR: environment['GECIT_PROTOCOLS_DIR'],
    GECIT_REALM: 'demo',
    GECIT_DATA_DIR: join(folder, 'data'),
    GECIT_CERTS_DIR: join(folder, 'certs'),
    GECIT_LOGS_DIR: join(folder, 'logs'),
    GECIT_OPERATOR_KEY: join(folder, 'operator.key'),
    GECIT_PARTNER_PORT: '0',
    GECIT_OPS_PORT: '0',
    GECIT_LOG_LEVEL: 'error',
  };
}
