import { isBag } from '../plugins/provider/is-bag';
import type { Bag, Json } from '../plugins/provider/json';
import type { HttpAnswer } from './answer';
import type { Calls } from './calls';
import { parseFault, type Fault } from './faults';
import type { StoredRecord } from './state';

/** The path below which a stand-in is told what to do. It is not part of Cloudflare's API and needs no token. */
export const controlPrefix = '/__control';

/** What the control path acts on. */
export interface Controlled {
  addFault(fault: Fault): void;
  clearFaults(): void;
  faults(): Fault[];
  calls(): Calls;
  forgetCalls(): void;
  records(zone: string): StoredRecord[];
  certificateAuthority(): string;
}

/**
 * Answers a call of the control path. None of them counts as a call of the API.
 *
 * - `GET|POST|DELETE /__control/faults`: what is on, one more ({@link Fault}), none any more
 * - `GET|DELETE /__control/calls`: how often the API was called ({@link Calls}), and from zero again
 * - `GET /__control/records/ZONE`: a zone's records as they are, by the zone's name
 * - `GET /__control/ca`: the certificate, PEM, of the CA that signs origin certificates
 */
export function control(target: Controlled, method: string, pathname: string, body: string): HttpAnswer {
  const [what = '', name = ''] = pathname.slice(controlPrefix.length + 1).split('/');
  switch (`${method} ${what}`) {
    case 'GET faults':
      return ok({ faults: target.faults().map((fault): Bag => ({ ...fault })) });
    case 'POST faults':
      return added(target, body);
    case 'DELETE faults':
      target.clearFaults();
      return ok({ faults: [] });
    case 'GET calls':
      return ok({ ...target.calls() });
    case 'DELETE calls':
      target.forgetCalls();
      return ok({ ...target.calls() });
    case 'GET records':
      return ok({ records: target.records(decodeURIComponent(name)) });
    case 'GET ca':
      return ok({ certificate: target.certificateAuthority() });
    default:
      return { status: 404, headers: {}, body: { error: `There is no ${method} ${pathname}.` } };
  }
}

function added(target: Controlled, body: string): HttpAnswer {
  try {
    const given = JSON.parse(body) as Json;
    target.addFault(parseFault(isBag(given) ? given : {}));
    return ok({ faults: target.faults().map((fault): Bag => ({ ...fault })) });
  } catch (error) {
    return { status: 400, headers: {}, body: { error: (error as Error).message } };
  }
}

const ok = (body: object): HttpAnswer => ({ status: 200, headers: {}, body: body as Bag });
