import { type Fault, FaultsError } from '../../shared/fault.ts';
import { agreedOperations } from '../agreed-operations.ts';
import { type AnsweringSource } from '../answering-source.ts';
import { HttpCaller } from '../http/http-caller.ts';
import { type ServiceOperation, ServiceSource } from '../http/service-source.ts';
import { type OpenContext } from '../open-source.ts';
import { callFaults } from './call-faults.ts';
import { compileSoapOperation } from './soap-operation.ts';
import { soapFaults } from './soap-source-faults.ts';
import { type SoapSourceSettings } from './soap-source-settings.ts';
import { WsdlPort } from './wsdl-port.ts';
import { wsSecurity } from './ws-security.ts';

/** Opens a SOAP service. Calls nobody: a service that is away is no fault of the settings. @throws FaultsError */
export async function openSoapSource(
  settings: SoapSourceSettings,
  { findOperation }: OpenContext,
): Promise<AnsweringSource> {
  const faults: Fault[] = [];
  const agreed = agreedOperations(settings, findOperation, faults);
  const port = await WsdlPort.open(settings, wsSecurity(settings.id, settings.security));
  for (const one of agreed) {
    faults.push(...soapFaults(settings.id, one.settings, one.operation));
    faults.push(...callFaults(settings.id, one.settings, port));
  }
  if (faults.length > 0) throw new FaultsError(faults);
  const caller = new HttpCaller(settings);
  const operations = agreed.map((one): ServiceOperation => {
    const { request, read } = compileSoapOperation(settings, one.settings, port);
    return { ...one, ask: async (input, signal) => read(await caller.call(request(input), signal), input) };
  });
  return new ServiceSource({ ...settings, operations, close: async () => caller.close() });
}
