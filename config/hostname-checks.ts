import { entriesOf } from './entries-of';
import { formatKeyPath, type KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import { type Claim, repeated } from './repeated';
import type { StackConfig } from './schema';

type Stack = Parts<StackConfig>;

/** Services that share a hostname have different paths; within one service, each hostname and each path stands once. */
export function separatePaths({ services }: Stack): Mistake[] {
  const owners = new Map<string, { at: KeyPath; service: string | undefined }>();
  return entriesOf(services).flatMap(([index, { name, hostnames, paths }]) => {
    const listed = (key: 'hostnames' | 'paths', list: typeof hostnames) =>
      entriesOf(list).map(([place, value]): Claim => ({ at: ['services', index, key, place], value }));
    const clashes = listed('hostnames', hostnames).flatMap(({ at, value: hostname }) => {
      const taken = entriesOf(paths).flatMap(([, path]) => {
        const owner = owners.get(`${hostname}${path}`);
        return owner ? [{ path, owner }] : [];
      })[0];
      if (!taken) return [];
      const { service, at: other } = taken.owner;
      return [
        mistake(
          at,
          hostname,
          `a hostname whose path ${taken.path} no other service has (${service ?? 'another service'} has it, by ` +
            `${formatKeyPath(other)})`,
          'Choose another hostname, or give one of the two services other paths.',
        ),
      ];
    });
    for (const { at, value } of listed('hostnames', hostnames))
      for (const [, path] of entriesOf(paths))
        if (!owners.has(`${value}${path}`)) owners.set(`${value}${path}`, { at, service: name });
    return [
      ...repeated(listed('hostnames', hostnames), 'each hostname once', 'Remove it.'),
      ...repeated(listed('paths', paths), 'each path once', 'Remove it.'),
      ...clashes,
    ];
  });
}

/** Services that share a hostname would overwrite each other's session cookie. */
export function separateSessionCookies({ services }: Stack): Mistake[] {
  const owners = new Map<string, KeyPath>();
  return entriesOf(services).flatMap(([index, { hostnames, sessions }]) => {
    const cookie = sessions?.cookie;
    if (cookie === undefined) return [];
    const at = ['services', index, 'sessions', 'cookie'];
    const cookies = [cookie, `${cookie}-slot`]; // edge/haproxy-cfg/sessions.ts
    const places = entriesOf(hostnames).flatMap(([, hostname]) =>
      cookies.map((each) => `${hostname} ${each}`),
    );
    const owner = places.map((place) => owners.get(place)).find((each) => each !== undefined);
    for (const place of places) if (!owners.has(place)) owners.set(place, at);
    if (!owner) return [];
    return [
      mistake(
        at,
        cookie,
        `a cookie that no other service on the same hostname has (${formatKeyPath(owner)} has this one)`,
        `Write for example \`${cookie}-2\`.`,
      ),
    ];
  });
}

/** A preview's hostname, and one that is redirected, is used nowhere else. */
export function hostnamesOfTheirOwn({ services }: Stack): Mistake[] {
  const claims: Claim[] = [];
  const taken = new Set<string>();
  for (const [index, { hostnames }] of entriesOf(services))
    for (const [place, value] of entriesOf(hostnames)) {
      // Services may share one among themselves.
      if (!taken.has(value)) claims.push({ at: ['services', index, 'hostnames', place], value });
      taken.add(value);
    }
  for (const [index, { preview }] of entriesOf(services))
    if (preview?.hostname !== undefined)
      claims.push({ at: ['services', index, 'preview', 'hostname'], value: preview.hostname });
  claims.push(...redirected({ services }));
  return repeated(claims, 'a hostname that is used nowhere else', 'Choose another hostname.');
}

/** No redirect leads to another one: two of them could send a visitor round in circles. */
export function redirectsEnd({ services }: Stack): Mistake[] {
  const owners = new Map(redirected({ services }).map(({ at, value }) => [value, at]));
  return entriesOf(services).flatMap(([index, { redirects }]) =>
    entriesOf(redirects).flatMap(([place, { to }]) => {
      const owner = to === undefined ? undefined : owners.get(to);
      if (!owner) return [];
      return [
        mistake(
          ['services', index, 'redirects', place, 'to'],
          to,
          `a hostname that is not redirected itself (${formatKeyPath(owner)} has this one)`,
          'Write the hostname where the visitors shall end.',
        ),
      ];
    }),
  );
}

/** The hostnames that are redirected. */
function redirected({ services }: Stack): Claim[] {
  return entriesOf(services).flatMap(([index, { redirects }]) =>
    entriesOf(redirects).flatMap(([place, { from }]): Claim[] =>
      from === undefined ? [] : [{ at: ['services', index, 'redirects', place, 'from'], value: from }],
    ),
  );
}
