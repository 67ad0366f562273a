import { awaitServersFile } from '../edge-paths';

/** Name of the action, as `http-request` calls it. */
const action = 'evenkeel_await_servers';

/** How often it looks at HAProxy's own count of servers, in ms. */
const pause = 20;

/**
 * An action for `http-request`: the request waits until as many servers of a backend are up. HAProxy below 3.2 has none
 * that waits, and `tcp-request inspect-delay` does so for requests alone that are not complete yet (`WAIT_END` is true
 * for the others at once; measured with 2.6). Lua is in all official images.
 */
export const awaitServersScript = `core.register_action('${action}', { 'http-req' }, function(txn, backend, enough, ms)
  for _ = 1, tonumber(ms) / ${pause} do
    if txn.f:nbsrv(backend) >= tonumber(enough) then return end
    core.msleep(${pause})
  end
end, 3)`;

/** The part of `global`. */
export function loadAwaitServers(): string[] {
  return [`  lua-load ${awaitServersFile}`];
}

/** The rule: waits until `enough` servers of `backend` are up, `ms` at most. */
export function awaitServers(backend: string, enough: number, ms: number): string {
  return `  http-request lua.${action} ${backend} ${enough} ${ms}`;
}
