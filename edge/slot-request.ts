import { request } from 'node:http';
import type { ServiceConfig, SlotName } from '../config/site-config';
import type { SshSession } from '../remote/ssh-session';

/** Asks a slot for its health path, from its own node: the slot's port is closed to everybody else. @returns the HTTP status. */
export async function slotRequest(
  session: SshSession,
  service: ServiceConfig,
  slot: SlotName,
): Promise<number> {
  const channel = await session.openTcp('127.0.0.1', service.slotPorts[slot]);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        path: service.health.path,
        headers: { host: service.hostnames[0], connection: 'close' },
        createConnection: () => channel,
      },
      (answer) => {
        answer.resume();
        answer.on('close', () => channel.destroy());
        resolve(answer.statusCode ?? 0);
      },
    );
    const timer = setTimeout(
      () => asked.destroy(new Error(`no answer within ${service.health.timeout} ms`)),
      service.health.timeout,
    );
    asked.on('close', () => clearTimeout(timer));
    asked.on('error', reject);
    asked.end();
  });
}
