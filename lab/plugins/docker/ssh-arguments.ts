/**
 * The arguments of ssh for a Docker host, as Docker's CLI builds them (cli/connhelper, 28.5).
 *
 * @param host `ssh://[user@]host[:port][/path of the socket there]`
 * @param options further options of ssh, each one argument; `ConnectTimeout` is 30 s where they do not set it
 * @throws Error where the host is not of that form
 */
export function sshArguments(host: string, options: readonly string[]): string[] {
  const url = new URL(host);
  if (url.hostname === '') throw new Error(`ssh host connection is not valid: no host specified in ${host}`);
  if (url.password !== '')
    throw new Error(`ssh host connection is not valid: plain-text password is not supported`);
  if (url.search !== '' || url.hash !== '') {
    throw new Error(
      `ssh host connection is not valid: query parameters and fragments are not allowed in ${host}`,
    );
  }
  const socket = url.pathname.replaceAll('/', '') === '' ? undefined : url.pathname;
  return [
    ...(url.username === '' ? [] : ['-l', decodeURIComponent(url.username)]),
    ...(url.port === '' ? [] : ['-p', url.port]),
    ...options,
    ...(options.join('').includes('ConnectTimeout') ? [] : ['-o', 'ConnectTimeout=30']),
    ...(options.includes('-T') ? [] : ['-T']),
    '--',
    // An IPv6 address has brackets in a URL, but none for ssh.
    url.hostname.replace(/^\[(.*)\]$/, '$1'),
    `docker ${socket === undefined ? '' : `--host=unix://${socket} `}system dial-stdio`,
  ];
}
