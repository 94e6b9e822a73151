import { FaultsError, type Fault } from '../../shared/fault.ts';
import { agreedOperations } from '../agreed-operations.ts';
import { type AnsweringSource } from '../answering-source.ts';
import { HttpCaller } from '../http/http-caller.ts';
import { ServiceSource, type ServiceOperation } from '../http/service-source.ts';
import { type OpenContext } from '../open-source.ts';
import { authorizedSender } from './authorization.ts';
import { compileRestOperation } from './rest-operation.ts';
import { restFaults } from './rest-source-faults.ts';
import { type RestSourceSettings } from './rest-source-settings.ts';

/** Opens a JSON service. Calls nobody: a service that is away is no fault of the settings. @throws FaultsError */
export async function openRestSource(
  settings: RestSourceSettings,
  { findOperation }: OpenContext,
): Promise<AnsweringSource> {
  const faults: Fault[] = [];
  const agreed = agreedOperations(settings, findOperation, faults);
  faults.push(...agreed.flatMap((one) => restFaults(settings.id, one.settings, one.operation)));
  if (faults.length > 0) throw new FaultsError(faults);
  const caller = new HttpCaller(settings);
  const send = authorizedSender(settings, caller);
  const operations = agreed.map((one): ServiceOperation => {
    const { request, read } = compileRestOperation(settings, one.settings);
    return { ...one, ask: async (input, signal) => read(await send(request(input), signal), input) };
  });
  return Promise.resolve(new ServiceSource({ ...settings, operations, close: async () => caller.close() }));
}
