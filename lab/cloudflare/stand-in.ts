import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer } from './answer';
import { Api, refusal, type Call } from './api';
import { ApiError } from './api-error';
import { makeAuthority } from './authority';
import type { Calls } from './calls';
import type { Tokens } from './check-token';
import type { Controlled } from './control';
import { Faults, type Fault } from './faults';
import { cloudflareRateLimit, tooMany, type RateLimitSettings } from './rate-limit';
import { apiPrefix } from './router';
import { allPermissions, type State, type StoredRecord } from './state';
import { readStateFile, writeStateFile } from './state-file';
import { newZone } from './zones';

/** How a stand-in is set up. */
export interface StandInOptions {
  /** The zones that the account has, by name. Those in the state file stay as they are. Default: `example.com`. */
  zones?: string[];
  /** The tokens and what each may do. Default: `lab-token`, which may do all that Evenkeel needs. */
  tokens?: Tokens;
  /** Keeps the state in this file, so that a restart finds it. Default: in memory only. */
  stateFile?: string;
  /** Default: Cloudflare's, 1200 calls in 300 s. */
  rateLimit?: RateLimitSettings;
  /** The clock. Default: the machine's. */
  now?: () => Date;
}

/** The token that a stand-in knows unless it is told others. */
export const labToken = 'lab-token';

/** Stands in for Cloudflare's API: its state, its answers, and the faults that it is told to have. */
export class StandIn implements Controlled {
  private readonly api: Api;
  private readonly faultList = new Faults();

  private constructor(
    private readonly state: State,
    private readonly options: StandInOptions,
  ) {
    this.api = new Api({
      state,
      tokens: options.tokens ?? { [labToken]: allPermissions },
      rateLimit: options.rateLimit ?? cloudflareRateLimit,
      now: options.now ?? (() => new Date()),
      save: () => this.save(),
    });
  }

  /** Reads what was kept, and makes the lab CA when there is none yet. */
  static async create(options: StandInOptions): Promise<StandIn> {
    const state = readStateFile(options.stateFile);
    const now = options.now?.() ?? new Date();
    for (const name of options.zones ?? ['example.com']) {
      if (!state.zones.some((zone) => zone.name === name)) state.zones.push(newZone(name, now));
    }
    state.authority ??= await makeAuthority('Evenkeel lab Origin CA', now);
    const standIn = new StandIn(state, options);
    standIn.save();
    return standIn;
  }

  /** Answers a call of the API. Undefined: there is no answer; `hang-up`: nor a connection any more. */
  async answer(call: Call): Promise<HttpAnswer | undefined | 'hang-up'> {
    let headers: Record<string, string>;
    try {
      headers = this.api.count(call);
    } catch (error) {
      if (error instanceof ApiError) return refusal(error);
      throw error;
    }
    const taken = this.faultList.take(call.method, call.url.pathname.slice(apiPrefix.length));
    const answer = await this.withFault(call, taken?.fault, taken?.old);
    return typeof answer === 'object' ? { ...answer, headers: { ...headers, ...answer.headers } } : answer;
  }

  private async withFault(
    call: Call,
    fault: Fault | undefined,
    old: State | undefined,
  ): Promise<HttpAnswer | undefined | 'hang-up'> {
    if (fault?.kind === 'slow') await sleep(fault.milliseconds);
    if (fault === undefined || fault.kind === 'slow') return this.api.answer(call);
    if (fault.kind === 'stale') return this.api.answer(call, old);
    if (fault.carriedOut === true) await this.api.answer(call);
    switch (fault.kind) {
      case 'silent':
        return undefined;
      case 'hang-up':
        return 'hang-up';
      case 'malformed': {
        const headers = { 'content-type': fault.contentType ?? 'application/json' };
        return { status: 200, headers, body: fault.text ?? '{"success":true,"result":[{"id":"0' };
      }
      case 'status':
        return refused(fault.status, fault.retryAfter);
    }
  }

  /** From now on, fails as it says. */
  addFault(fault: Fault): void {
    this.faultList.add(fault, this.state);
  }

  /** From now on, answers well. */
  clearFaults(): void {
    this.faultList.clear();
  }

  /** The faults that are on. */
  faults(): Fault[] {
    return this.faultList.list();
  }

  /** How often the API was called; what is asked here does not count. */
  calls(): Calls {
    return this.api.calls();
  }

  /** Counts from zero again. */
  forgetCalls(): void {
    this.api.forgetCalls();
  }

  /** The records of a zone, by the zone's name, as they are. @throws Error when there is no such zone */
  records(name: string): StoredRecord[] {
    return structuredClone(this.zone(name).records);
  }

  /** The ID of a zone, by its name. @throws Error when there is no such zone */
  zoneId(name: string): string {
    return this.zone(name).id;
  }

  private zone(name: string) {
    const found = this.state.zones.find((zone) => zone.name === name);
    if (found === undefined) throw new Error(`The stand-in has no zone ${name}.`);
    return found;
  }

  /** The certificate, PEM, of the CA that signs origin certificates. */
  certificateAuthority(): string {
    return this.state.authority!.certificate;
  }

  /** Keeps the state, counts included. */
  save(): void {
    writeStateFile(this.options.stateFile, this.state);
  }
}

function refused(status: number, retryAfter = 1): HttpAnswer {
  if (status === 429)
    return refusal(tooMany(cloudflareRateLimit, retryAfter, new Date(Date.now() + retryAfter * 1000)));
  return refusal(new ApiError(status, { code: 10013, message: 'An unknown error has occurred.' }));
}
