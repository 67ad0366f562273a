import { leavingFile, leavingScriptFile } from '../edge-paths';

/** Name of the sample fetch, as an ACL calls it. */
const fetch = 'evenkeel_leaving';

/**
 * A sample fetch that says whether the edge's container was told to stop and goes on serving for a moment
 * (edge/entry-command.ts): whether a file is there. HAProxy has `grace` for that, which a reload of a worker would go
 * through as well (HAProxy 2.6 Configuration Manual, 3.1: "must not be used with processes that are reloaded").
 */
export const leavingScript = `core.register_fetches('${fetch}', function()
  local file = io.open('${leavingFile}')
  if file then file:close() end
  return file ~= nil
end)`;

/** The part of `global`. */
export function loadLeaving(): string[] {
  return [`  lua-load ${leavingScriptFile}`];
}

/** The condition: the container was told to stop. */
export const isLeaving = `{ lua.${fetch} -m bool }`;
